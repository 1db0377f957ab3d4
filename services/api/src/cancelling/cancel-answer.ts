import { ExecutionState } from '@chasqui/contracts';
import { z } from 'zod';

/** What came of a request to cancel a run. Times are ISO 8601. */
export const CancelAnswer = z.object({
  runId: z.uuid(),
  state: z
    .enum(['cancelled', 'requested', 'unconfirmed', 'over'])
    .describe(
      '`cancelled`: nothing of it runs or will. `requested`: relays are stopping it. `unconfirmed`: requested, and a relay that has to stop it is away. `over`: it had ended before.',
    ),
  status: ExecutionState.describe('the run’s'),
  by: z.string().optional().describe('who asked first'),
  waitingFor: z
    .array(z.object({ relay: z.string(), state: z.string(), since: z.iso.datetime() }))
    .describe('the relays that have not confirmed'),
  text: z.string().describe('the same as a sentence'),
});
export type CancelAnswer = z.infer<typeof CancelAnswer>;
