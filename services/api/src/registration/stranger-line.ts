import type { CommandLine } from '@chasqui/command-language';
import { isRefusal, type Refusal } from '@chasqui/contracts';

/** What somebody whom nobody knows may say, and nothing else. */
const forStrangers = ['help', 'register'] as const;

/** Somebody whom nobody knows asks how to become known, or to. */
export interface StrangerAsks {
  readonly kind: 'stranger';
  readonly text: string;
  readonly builtIn: (typeof forStrangers)[number];
  /** The words behind the name. */
  readonly words: readonly string[];
  readonly entry?: undefined;
  readonly secrets?: undefined;
}

/** A line that is answered also to a stranger; undefined for any other, of which a stranger does not even learn whether it can be read. Pure. */
export function strangerLine(said: CommandLine | Refusal): StrangerAsks | undefined {
  if (isRefusal(said) || said.stages.length !== 1 || said.redirects.length > 0) return undefined;
  const [name, ...words] = said.stages[0]!.words;
  const builtIn = forStrangers.find((one) => one === name?.text);
  if (builtIn === undefined) return undefined;
  return { kind: 'stranger', text: said.text, builtIn, words: words.map(({ text }) => text) };
}
