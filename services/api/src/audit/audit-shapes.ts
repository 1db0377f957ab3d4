import { z } from 'zod';
import type { LogRow } from './read-log.js';

const text = z.string().optional();
const time = z.iso.datetime();

const Rule = z.looseObject({
  command: z.string(),
  rule: z.string(),
  from: z.enum(['bundle', 'site']),
  name: text.describe('a site rule’s'),
  held: z.boolean().describe('whether its condition was met'),
  satisfied: z.boolean().optional().describe('whether the asker had what it asks for'),
});

/** A run as the audit log has it. */
export const CommandRecord = z
  .looseObject({
    id: z.uuid().describe('the run’s'),
    acceptedAt: time,
    finishedAt: time.optional(),
    user: z.object({ id: z.string(), username: z.string(), email: z.string() }).optional(),
    line: z.string().describe('as it was typed, secrets taken out'),
    expanded: text.describe('as it was read, where aliases or history made it another line'),
    command: text,
    version: text,
    image: text,
    imageDigest: text.describe('of the image that ran, as the relay’s engine knows it'),
    adapter: z.string(),
    workspace: text,
    channel: text,
    relay: text.describe('that of its first command; of several the first'),
    relays: z.array(z.string()).describe('every relay that it was decided for, or tried again on'),
    selector: text,
    rules: z.array(Rule).describe('every rule that was looked at; those with `held` decided'),
    status: z.string(),
    code: text,
    exitCode: z.number().int().optional(),
    durationMs: z.number().optional(),
    cancelRequestedBy: text.describe('who asked first for it to be cancelled, whether or not it was'),
    traceId: text,
    origin: z.string().describe('`chat`, `api`, `schedule` or `webhook`'),
    method: z.string().describe('`slack`, `terminal`, `cli`, `console`, `api` …'),
  })
  .meta({ id: 'CommandRecord' });
export type CommandRecord = z.infer<typeof CommandRecord>;

/** An action as the audit log has it. */
export const ActionRecord = z
  .looseObject({
    id: z.uuid(),
    at: time,
    user: z.looseObject({ username: z.string() }).optional(),
    action: z.string().describe('the operation’s id: `users.create`'),
    resource: z.object({ kind: z.string(), name: text }).optional(),
    result: z
      .enum(['allowed', 'denied', 'failed', 'begun'])
      .describe('`begun` where what came of it is not known'),
    statusCode: z.number().int().optional(),
    details: z.unknown().optional().describe('what was asked for, secrets taken out'),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    method: z.string(),
    address: text,
    tokenId: text,
    sessionId: text,
    requestId: text,
    times: z.number().int().optional().describe('how often within a second, where more than once'),
  })
  .meta({ id: 'ActionRecord' });
export type ActionRecord = z.infer<typeof ActionRecord>;

export function commandRecord({ id, content }: LogRow): CommandRecord {
  return { id, ...content, relays: relaysOf(content) } as unknown as CommandRecord;
}

/** Of all of its stages, and of what was ordered in the end, each once. */
export function relaysOf(content: LogRow['content']): string[] {
  const {
    relay,
    stages = [],
    executions = [],
  } = content as {
    relay?: string;
    stages?: readonly { relay?: string; relays?: readonly string[] }[];
    executions?: readonly { relay?: string }[];
  };
  const named = [
    relay,
    ...stages.flatMap((stage) => stage.relays ?? stage.relay),
    ...executions.map((one) => one.relay),
  ];
  return [...new Set(named.filter((one) => one !== undefined && one !== ''))] as string[];
}

export function actionRecord({ id, at, content }: LogRow): ActionRecord {
  return { id, at: at.toISOString(), ...content } as unknown as ActionRecord;
}
