import { z } from 'zod';
import type { WaitsFor } from '../runs/run-row.js';
import type { Standing } from './standing.js';

/** Whoever has what another waits for. */
export const LockHolder = z.object({
  runId: z.uuid(),
  username: z.string(),
  command: z.string(),
  since: z.iso.datetime().optional(),
  lostUntil: z.iso
    .datetime()
    .optional()
    .describe('its relay fell silent; it keeps it until then, unless its relay says before how it ended'),
});
export type LockHolder = z.infer<typeof LockHolder>;

/** What an execution waits for. Times are ISO 8601. */
export const ExecutionWait = z.object({
  for: z
    .enum(['turn', 'wave', 'lock', 'limit', 'relay', 'retry'])
    .describe(
      '`turn`: others of its stage go first; `wave`: its wave of a fan-out; `lock`: the lock that `key` names; `limit`: its command, `key`, runs as often at once as it may; `relay`: one that matches `key`; `retry`: the time of another attempt',
    ),
  from: z.iso.datetime().optional().describe('it goes on then at the earliest'),
  until: z.iso.datetime().optional().describe('it is given up then'),
  key: z.string().optional(),
  position: z.number().int().optional().describe('among those that wait for the same, from 1'),
  holders: z.array(LockHolder).optional(),
});
export type ExecutionWait = z.infer<typeof ExecutionWait>;

/** The columns of a waiting execution's row that tell of it; times in any form that `Date` reads. */
interface Row {
  readonly waitsFor: WaitsFor | null;
  readonly notBefore: string | null;
  readonly giveUpAt: string | null;
}

/** What a waiting execution waits for, and where it stands, as far as that was looked for. */
export function executionWait({ waitsFor, notBefore, giveUpAt }: Row, standing?: Standing): ExecutionWait {
  return {
    for: standing?.waitsFor ?? waitsFor ?? 'turn',
    ...(notBefore !== null && { from: new Date(notBefore).toISOString() }),
    ...(giveUpAt !== null && { until: new Date(giveUpAt).toISOString() }),
    ...(standing && { key: standing.key, position: standing.position }),
    ...(standing && standing.waitsFor !== 'relay' && { holders: standing.holders.map(toldHolder) }),
  };
}

/** The same as REST tells it. */
export function toldHolder({
  runId,
  username,
  command,
  since,
  lostUntil,
}: Standing['holders'][number]): LockHolder {
  return {
    runId,
    username,
    command,
    ...(since !== undefined && { since: new Date(since).toISOString() }),
    ...(lostUntil !== undefined && { lostUntil: new Date(lostUntil).toISOString() }),
  };
}
