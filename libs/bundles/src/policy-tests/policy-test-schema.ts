import { refusalCodes } from '@chasqui/contracts';
import { z } from 'zod';
import { line, nonEmpty } from '../checked-values.js';

const names = z.array(nonEmpty);

/** Somebody who is imagined. */
const person = z
  .strictObject({
    groups: names.describe('Which groups they are in, for rules that look at groups.').optional(),
    permissions: names.describe('What they hold.').optional(),
  })
  .describe('Somebody who is imagined: what they hold, and nothing else.');

const place = z
  .strictObject({
    adapter: nonEmpty.describe('The chat: `slack`, `terminal`. Over HTTP where nothing is said.').optional(),
    workspace: nonEmpty.describe('The workspace of that chat.').optional(),
    room: nonEmpty.describe('The room: `#ops` by its name, or its id.').optional(),
    direct: z
      .boolean()
      .describe('Whether nobody else would hear it. So it is where no room is named.')
      .optional(),
    origin: z.enum(['chat', 'api', 'schedule', 'webhook']).describe('How the line would come.').optional(),
  })
  .describe('Where it would be said.');

const verdicts = ['allowed', 'refused', ...refusalCodes.map((code) => `refused ${code}`)];

const verdict = z
  .string()
  .superRefine((value, context) => {
    if (!verdicts.includes(value))
      context.addIssue(notAllowed(value, ['allowed', 'refused', 'refused CODE']));
  })
  .meta({ pattern: '^(allowed|refused( [a-z]+(-[a-z]+)*)?)$' });

const time = z
  .string()
  .superRefine((value, context) => {
    if (!z.iso.datetime({ offset: true }).safeParse(value).success)
      context.addIssue(notAllowed(value, ['2026-11-22T23:00:00+01:00']));
  })
  .meta({ format: 'date-time' });

function notAllowed(value: string, allowed: readonly string[]) {
  return {
    code: 'custom' as const,
    message: 'not-allowed-value',
    params: { code: 'not-allowed-value', facts: { value, allowed } },
  };
}

/** A file of policy tests, each key once, with the sentence that editors show for it. */
export const PolicyTestFile = z.strictObject({
  bundles: names
    .describe('Bundle files for a test without a server, from the folder of this file.')
    .optional(),
  rules: names
    .describe('Files of site rules for a test without a server, from the folder of this file.')
    .optional(),
  relays: z
    .record(z.string(), z.array(z.string()))
    .describe('Relays and their tags for a test without a server. One called `local`, where nothing is said.')
    .optional(),
  people: z
    .record(z.string(), person)
    .describe('People who are imagined, by name. Any other name is a user of the server.')
    .optional(),
  cases: z
    .array(
      z.strictObject({
        name: nonEmpty.describe('What it is about, in a few words.').optional(),
        who: z
          .union([nonEmpty, person])
          .describe('Who would say it: a name from `people`, a user of the server, or somebody imagined.'),
        line: line.describe('The line, as it would be typed in chat.'),
        where: place.optional(),
        at: time
          .describe('When, for rules that look at the time: `2026-11-22T23:00:00+01:00`, in quotes.')
          .optional(),
        expect: verdict.describe('`allowed` or `refused`; behind it may stand why: `refused not-allowed`.'),
        relay: nonEmpty.describe('The relay that it would run on.').optional(),
        needs: z
          .union([nonEmpty, names])
          .describe('What is lacking: exactly these permissions, as one of the ways to be allowed.')
          .optional(),
        says: nonEmpty.describe('What stands somewhere in the sentence of the refusal.').optional(),
      }),
    )
    .describe('Who says what, and what comes of it.'),
});
export type PolicyTestFile = z.infer<typeof PolicyTestFile>;
