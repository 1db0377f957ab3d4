import { Block, ExecutionState, OutputChunk, ReplyMark } from '@chasqui/contracts';
import { z } from 'zod';
import { ExecutionWait } from '../waiting/execution-wait.js';

/** An end that was reported when another one stood already. */
export const LateReport = z.object({
  status: ExecutionState,
  code: z.string().optional(),
  exitCode: z.number().int().optional(),
  reportedAt: z.iso.datetime().describe('by the relay'),
  heardAt: z.iso.datetime(),
});
export type LateReport = z.infer<typeof LateReport>;

/** A run as REST tells it. Times are ISO 8601. */
export const Run = z.object({
  id: z.uuid(),
  line: z.string().describe('as it was typed, secrets taken out'),
  expanded: z.string().optional().describe('as it was read, where aliases or history made it another line'),
  staged: z
    .literal(true)
    .optional()
    .describe(
      'it has several stages, or runs on several relays; its result is in `reply`, what each printed is with its executions',
    ),
  status: ExecutionState,
  code: z.string().optional().describe('why it was refused or failed, where there is a code for it'),
  bundle: z.string().optional(),
  command: z.string().optional(),
  version: z.string().optional(),
  adapter: z.string(),
  room: z.string().optional(),
  user: z.object({ username: z.string(), email: z.string() }).optional(),
  relay: z.string().optional().describe('that of its first command; of several the first'),
  relays: z
    .array(z.string())
    .describe(
      'every relay that something of it was ordered on, or is to be; in a list of runs the first fifty',
    ),
  relayCount: z.number().int().describe('how many those are in all'),
  selector: z.string().optional().describe('what the relay had to match, in canonical form'),
  exitCode: z.number().int().optional(),
  acceptedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  durationMs: z.number().optional().describe('from accepted to finished'),
  cancel: z
    .object({ by: z.string(), at: z.iso.datetime() })
    .optional()
    .describe('who asked first for it to be cancelled, whether or not it was'),
  schedule: z
    .object({ name: z.string(), dueAt: z.iso.datetime() })
    .optional()
    .describe('the schedule that said the line, where nobody did, and when it was due'),
  reply: z.object({ mark: ReplyMark, text: z.string(), blocks: z.array(Block) }).optional(),
  executionCount: z.number().int().describe('how many there are in all'),
  executions: z
    .array(
      z.object({
        id: z.uuid(),
        relay: z.string(),
        attempt: z.number().int().describe('1, and one more for each time it was tried again'),
        stage: z.number().int().describe('which stage of the line, from 0'),
        item: z.number().int().describe('which record of that stage, from 0'),
        status: ExecutionState,
        waits: ExecutionWait.optional().describe('where it waits'),
        code: z.string().optional().describe('why it ended so, where there is a code for it'),
        exitCode: z.number().int().optional(),
        startedAt: z.iso.datetime().optional(),
        finishedAt: z.iso.datetime().optional(),
        outputBytes: z.number().int(),
        droppedBytes: z.number().int(),
        late: z
          .array(LateReport)
          .optional()
          .describe('other ends that its relay reported after this one, which stands'),
      }),
    )
    .describe('in a list of runs the first fifty'),
});
export type Run = z.infer<typeof Run>;

/** A piece of output as the event stream and the output operation tell it. */
export const OutputPiece = OutputChunk.extend({
  executionId: z.string(),
  relay: z.string(),
  epoch: z.number().int(),
});
export type OutputPiece = z.infer<typeof OutputPiece>;
