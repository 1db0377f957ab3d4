import { ReplyMark } from '@chasqui/contracts';
import { z } from 'zod';
import { line, nonEmpty, pattern, programText } from '../checked-values.js';

/** A number or a boolean in a place of text is the text that was typed: an editor must not object. */
const typed = z.string().meta({ type: ['string', 'number', 'boolean'] as never });

const marks = ReplyMark.options.filter((mark) => mark !== 'running');

const expectation = z
  .strictObject({
    text: typed.describe('The whole reply, as plain text.').optional(),
    contains: z
      .union([typed, z.array(typed)])
      .describe('What stands somewhere in the reply: one text, or several that must all be there.')
      .optional(),
    matches: pattern.describe('A regular expression (RE2) that is found somewhere in the reply.').optional(),
    mark: z.enum(marks).describe('How the line ended.').optional(),
    'exit-code': z.int().describe("The command's own exit code.").optional(),
  })
  .describe('What must hold for the reply; only what is said here is looked at.');

const recording = z.strictObject({
  args: z
    .array(programText)
    .describe('The words behind the executable with which this holds. Any, where nothing is said.')
    .optional(),
  stdout: typed.describe('What it prints.').optional(),
  stderr: typed.describe('What it prints on its standard error.').optional(),
  'exit-code': z.int().min(0).max(255).describe('What it exits with: 0, where nothing is said.').optional(),
});

/** A transcript file, each key once, with the sentence that editors show for it. What spans several keys is looked at in `check-steps.ts`. */
export const TranscriptFile = z.strictObject({
  bundles: z
    .array(nonEmpty)
    .describe('Bundle files, from the folder of this file. Where nothing is said: the one beside it.')
    .optional(),
  people: z
    .record(z.string(), z.array(z.string()))
    .describe('Who is there, and which permissions each of them has.'),
  relays: z
    .record(z.string(), z.array(z.string()))
    .describe('Relays and their tags. One called `local` with the tag `local`, where nothing is said.')
    .optional(),
  policy: z
    .record(z.string(), z.unknown())
    .describe("What the relays may run, as in a relay's policy file. Solo mode's, where nothing is said.")
    .optional(),
  config: z
    .record(z.string(), z.record(z.string(), typed))
    .describe('Values of the dynamic configuration, by bundle and key.')
    .optional(),
  aliases: z.record(z.string(), line).describe('Aliases of the site.').optional(),
  recorded: z
    .record(z.string(), z.union([recording, z.array(recording)]))
    .describe(
      'Commands that are not run: what each is taken to have printed. Of several the first whose `args` fit.',
    )
    .optional(),
  transcript: z
    .array(
      z
        .object({
          chasqui: z
            .union([typed, expectation])
            .describe('What is heard: the whole reply as plain text, or what must hold for it.')
            .optional(),
          room: z
            .string()
            .describe('Where it is said, or, of what is heard, where the line sent its result.')
            .optional(),
        })
        .catchall(line)
        .describe("A line that is said, `NAME: '!line'`, or what is heard, `chasqui: reply`."),
    )
    .describe('What is said and heard, in its order.'),
});
export type TranscriptFile = z.infer<typeof TranscriptFile>;
