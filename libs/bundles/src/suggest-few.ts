import { suggest } from '@chasqui/command-language';

/** Beyond so many it is not a slip of the finger, and comparing all with all would take long. */
const most = 100;

/** What somebody probably meant, as a fact; nothing where the names are many or none is near. */
export function suggestFew(word: string, names: ReadonlySet<string>): { readonly suggestion?: string } {
  const suggestion = names.size <= most ? suggest(word, names) : undefined;
  return suggestion === undefined ? {} : { suggestion };
}
