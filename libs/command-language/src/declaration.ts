/**
 * What a value must be.
 * - `string`: any word, as it was typed.
 * - `int`, `number`: decimal, and no digit is lost; `bool`: `true`, `false`, `yes`, `no`, `on`, `off`.
 * - `enum`: one of `values`.
 * - `list`: several `of` another type, from `--x=a,b`, from `--x a --x b`, or both.
 * - `count`: how often it stands there: `-vvv` is 3. Takes no value.
 * - `duration`: `90s`, `1h30m`, `2d`; in milliseconds.
 * - `user`: somebody Chasqui knows, as `@name` or `name`; `channel`: a room of this chat, as `#name` or `name`.
 */
export const valueTypes = [
  'string',
  'int',
  'number',
  'bool',
  'enum',
  'list',
  'count',
  'duration',
  'user',
  'channel',
] as const;
export type ValueType = (typeof valueTypes)[number];

/** The types that a `list` can be of. */
export type ItemType = Exclude<ValueType, 'list' | 'count' | 'bool'>;

/** A value after it was bound. A `duration` is in milliseconds; `user` and `channel` are names without their sign. */
export type Value = string | number | boolean | readonly (string | number)[];

/** What a command says of one value that it takes. Plain data: it is stored with its bundle. */
export interface ValueDeclaration {
  /** `dry-run`; for an option without its dashes. */
  readonly name: string;
  readonly type: ValueType;
  /** Of a `list`; `string` where it is not said. */
  readonly of?: ItemType;
  /** Of an `enum`, or of a `list` of them. */
  readonly values?: readonly string[];
  readonly description?: string;
  /** As if it had been typed. None together with `required`. */
  readonly default?: Value;
  readonly required?: boolean;
  /** RE2, must match the whole text. For `string`, `enum` and lists of them. */
  readonly pattern?: string;
  /** Of a number or a duration (ms) its size, of a string its length, of a list how many; `count` how often. */
  readonly min?: number;
  readonly max?: number;
  /** It is masked wherever the line is kept or shown. */
  readonly secret?: boolean;
}

export interface OptionDeclaration extends ValueDeclaration {
  /** One letter: `-f` for `--force`. */
  readonly short?: string;
}

export interface PositionalDeclaration extends ValueDeclaration {
  /** Only the last: it takes all that are left, as a list of `type`. */
  readonly variadic?: boolean;
}

/** All that a command takes. A command without this gets its words as they were typed. */
export interface Declarations {
  readonly options: readonly OptionDeclaration[];
  readonly positionals: readonly PositionalDeclaration[];
}
