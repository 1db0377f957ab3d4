/** Why something was refused, and what the sentence about it needs. Values are plain data, so a refusal crosses processes as it is. */
export type Facts = Readonly<Record<string, unknown>>;

/** Every reason to say no to a person. Stable: stored in run rows and returned by REST. Sentences live in `replies/src/wording.ts`. */
export const refusalCodes = [
  'bad-syntax',
  'empty-line',
  'not-supported-yet',
  'unknown-person',
  'inactive-person',
  'registration-shut',
  'message-late',
  'too-many-lines',
  'unknown-command',
  'ambiguous-command',
  'no-rules',
  'no-rule-holds',
  'not-allowed',
  'denied-by-rule',
  'relay-protected',
  'repeated-option',
  'bad-filter',
  'bad-output',
  'too-much-data',
  'not-a-number',
  'bad-arguments',
  'no-variable',
  'config-missing',
  'config-broken',
  'bad-selector',
  'no-relay',
  'waited-for-relay',
  'waited-for-lock',
  'waited-for-limit',
  'too-many-targets',
  'each-of-records',
  'nothing-failed',
  'not-a-fan-out',
  'run-goes-on',
  'takes-no-input',
  'variable-of-all',
  'not-in-a-pipeline',
  'unknown-target',
  'too-many-records',
  'output-cut',
  'output-missing',
  'output-binary',
  'output-unfit',
  'pipeline-given-up',
  'stage-failed',
  'alias-loop',
  'alias-broken',
  'alias-redirects',
  'no-alias',
  'alias-taken',
  'alias-secret',
  'bad-alias-name',
  'alias-too-long',
  'too-many-aliases',
  'not-permitted',
  'scoped-token',
  'bad-usage',
  'no-history',
  'no-such-run',
  'no-result',
  'line-masked',
  'order-late',
  'order-seen',
  'policy',
  'no-driver',
  'relay-stopping',
  'journal-full',
  'cancelled',
  'nothing-to-cancel',
  'takes-no-files',
  'file-missing',
  'no-such-file',
  'file-twice',
  'too-many-files',
  'files-too-large',
  'file-unreadable',
  'files-in-a-pipeline',
  'bad-schedule',
  'no-schedule',
  'schedule-taken',
  'too-many-schedules',
  'schedule-secret',
  'schedule-of-another',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** An expected no: it is the person's turn. A value, never thrown. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly code: RefusalCode;
  readonly facts: Facts;
}

export function refusal(code: RefusalCode, facts: Facts = {}): Refusal {
  return { kind: 'refusal', code, facts };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'refusal';
}

/** What an operator has to mend. */
export const outageCodes = [
  'database-unavailable',
  'broker-unavailable',
  'image-unavailable',
  'image-unauthorised',
  'image-unknown',
  'image-platform',
  'engine-unavailable',
  'executable-missing',
  'entrypoint-unknown',
  'journal-unavailable',
  'chat-unavailable',
] as const;
export type OutageCode = (typeof outageCodes)[number];

/** Something around us does not work; it is the operator's turn. `retryable` says whether the same thing may work later by itself. */
export class Outage extends Error {
  readonly retryable: boolean;
  constructor(
    readonly code: OutageCode,
    readonly facts: Facts & { retryable?: boolean } = {},
    options?: { cause?: unknown },
  ) {
    super(code, options);
    this.name = 'Outage';
    this.retryable = facts.retryable ?? true;
  }
}

export function isOutage(value: unknown): value is Outage {
  return value instanceof Outage;
}
