import { valueTypes, type ItemType } from '@chasqui/command-language';
import { z } from 'zod';
import {
  argText,
  bound,
  line,
  pattern,
  positionalName,
  programText,
  short,
  typedValue,
} from './checked-values.js';

/*
 * How a bundle file declares a value that a command takes, or that is configured. What depends on several keys at once (a default that
 * must be of the type) is looked at in `check-declarations.ts`.
 */

const itemTypes = [
  'string',
  'int',
  'number',
  'enum',
  'duration',
  'user',
  'channel',
] as const satisfies readonly ItemType[];
const configTypes = ['string', 'int', 'number', 'bool', 'enum', 'duration'] as const;

const description = z.string().describe('One line for people, shown in help.').optional();
const values = z.array(programText).describe('The values of an `enum`, or of a list of them.').optional();
const secret = z.boolean().describe('Masked wherever the value would be kept or shown.').optional();

const valueFields = {
  type: z
    .enum(valueTypes)
    .describe(
      'What a value must be. `int` and `number` lose no digit; `bool` is there or not, or `=true`, `=false`; `count` is how often it stands there (`-vvv`); `duration` is like `90s` or `1h30m`; `user` and `channel` are people and rooms that Chasqui knows. `string` where it is not said.',
    )
    .optional(),
  of: z
    .enum(itemTypes)
    .describe('Of a `list`, the type of its items; `string` where it is not said.')
    .optional(),
  values,
  description,
  default: typedValue
    .describe('The value where none is given, written as it would be typed. Not together with `required`.')
    .optional(),
  required: z.boolean().describe('Whether the command is refused without it.').optional(),
  pattern: pattern
    .describe('A regular expression (RE2) that must match the whole text. For `string` and lists of it.')
    .optional(),
  min: bound
    .describe(
      'The least a number, a duration or a count may be, characters a text may have, or items a list.',
    )
    .optional(),
  max: bound.describe('The most; see `min`.').optional(),
  secret,
};

export const FileOption = z.strictObject({
  short: short.describe('One letter: `f` lets people write `-f`.').optional(),
  ...valueFields,
});
export type FileOption = z.infer<typeof FileOption>;

export const FilePositional = z.strictObject({
  name: positionalName.describe('What it is called in help, in templates of `args` and in the environment.'),
  ...valueFields,
  type: valueFields.type
    .unwrap()
    .exclude(['count'])
    .describe("What it must be, as an option's `type`.")
    .optional(),
  variadic: z
    .boolean()
    .describe('Only the last: it takes all words that are left, as a list of `type`.')
    .optional(),
});
export type FilePositional = z.infer<typeof FilePositional>;

export const FileConfigKey = z.strictObject({
  type: z.enum(configTypes).describe('What a value must be; `string` where it is not said.').optional(),
  values,
  description: description,
  default: programText
    .describe('The value where no other layer has one. A secret has none, nor what is required.')
    .optional(),
  required: z.boolean().describe('Whether every command of the bundle is refused without it.').optional(),
  secret: secret.describe('Kept encrypted, and never shown.'),
});
export type FileConfigKey = z.infer<typeof FileConfigKey>;

export const FileExample = z.union([
  line,
  z.strictObject({
    line: line.describe('What somebody types, without what addresses Chasqui: `ops:restart web`.'),
    description: z.string().describe('What it does.').optional(),
  }),
]);

export const FileArgTemplate = z.union([
  argText,
  z.strictObject({
    when: positionalName.describe('An option or positional that must have a value other than `false`.'),
    args: z.array(argText).describe('Words that stand there only then.'),
  }),
]);
