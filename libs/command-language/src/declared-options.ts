import type { Declarations, OptionDeclaration } from './declaration.js';

/** A command's options, by the names that people type. */
export interface DeclaredOptions {
  readonly byName: ReadonlyMap<string, OptionDeclaration>;
  readonly byShort: ReadonlyMap<string, OptionDeclaration>;
  /** Whether any option or positional is secret. */
  readonly anySecret: boolean;
}

const known = new WeakMap<Declarations['options'], Omit<DeclaredOptions, 'anySecret'>>();

/** The names are worked out once for each list of options, which therefore must not change. */
export function declaredOptions({ options, positionals }: Declarations): DeclaredOptions {
  let names = known.get(options);
  if (!names) known.set(options, (names = namesOf(options)));
  const anySecret = options.some(({ secret }) => secret) || positionals.some(({ secret }) => secret);
  return { ...names, anySecret };
}

function namesOf(options: Declarations['options']): Omit<DeclaredOptions, 'anySecret'> {
  return {
    byName: new Map(options.map((option) => [option.name, option])),
    byShort: new Map(
      options.flatMap((option) => (option.short === undefined ? [] : [[option.short, option]])),
    ),
  };
}
