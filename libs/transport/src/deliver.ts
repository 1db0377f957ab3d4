import { isUtf8 } from 'node:buffer';
import { isOutage, topics, type DeadLetter, type Headers, type Topic } from '@chasqui/contracts';
import { deadLetter, Park } from './park.js';
import { inTraceOf } from './trace.js';
import type { TransportLog } from './transport-log.js';
import type { Handler, Outgoing } from './transport.js';

/** A message as the wire has it. */
export interface RawMessage {
  readonly topic: string;
  readonly key: string;
  readonly headers: Headers;
  readonly value: string | Uint8Array;
}

/** One group's way of taking the messages of one topic. */
export interface Consumer {
  readonly topic: Topic;
  readonly group: string;
  readonly handler: Handler;
  readonly publish: (message: Outgoing) => Promise<void>;
  readonly log: TransportLog;
}

/** Waits so many milliseconds and then for a turn; false when there is to be no other try here. */
export type Rest = (ms: number) => Promise<boolean>;

const tries = 5;

/**
 * Brings one message to its end: read, checked and handled, or parked. What fails rests and comes again, for ever when the
 * cause is an outage that may pass, five times otherwise. True when it is over; false when it was given up here and is
 * somebody else's now. Never throws.
 */
export async function deliver(message: RawMessage, consumer: Consumer, rest: Rest): Promise<boolean> {
  const value = read(message, consumer.topic);
  if (value instanceof Park) return park(message, value, consumer, rest);
  for (let delivery = 1; ; delivery++) {
    const incoming = { ...message, value: value.text, delivery, last: delivery >= tries };
    try {
      await inTraceOf(message.headers, message.topic, () => consumer.handler(incoming, value.checked));
      return true;
    } catch (error) {
      if (error instanceof Park) return park(message, error, consumer, rest);
      const passing = isOutage(error) && error.retryable;
      if (!passing && incoming.last) return park(message, failed(error), consumer, rest);
      tell(error, passing, delivery, message, consumer);
      if (!(await rest(backOffMs(delivery)))) return false;
    }
  }
}

/** An outage may last: it is told of ever more seldom. */
function tell(error: unknown, passing: boolean, delivery: number, message: RawMessage, consumer: Consumer) {
  const facts = { ...about(message, consumer), delivery, err: error };
  if (!passing) consumer.log.warn(facts, 'a message could not be handled and will be tried again');
  else if (Number.isInteger(Math.log2(delivery)))
    consumer.log.warn(facts, 'a message waits for an outage to pass');
}

/** 50 ms, doubling to 5 s. */
function backOffMs(delivery: number): number {
  return Math.min(50 * 2 ** (delivery - 1), 5000);
}

function read(message: RawMessage, topic: Topic): { text: string; checked: unknown } | Park {
  if (typeof message.value !== 'string' && !isUtf8(message.value)) return malformed('it is not UTF-8');
  const text =
    typeof message.value === 'string' ? message.value : Buffer.from(message.value).toString('utf8');
  try {
    const checked = topic.schema.safeParse(JSON.parse(text));
    if (checked.success) return { text, checked: checked.data };
    return malformed(
      checked.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`).join('; '),
    );
  } catch (error) {
    return malformed(`it is not JSON: ${(error as Error).message}`);
  }
}

/** Parking is handing over to the dead letters, and goes on until that is done. */
async function park(message: RawMessage, why: Park, consumer: Consumer, rest: Rest): Promise<boolean> {
  consumer.log.error(
    { ...about(message, consumer), reason: why.reason, detail: why.detail, err: why.cause },
    'a message was parked',
  );
  // A dead letter that its reader cannot handle would come back to it for ever.
  if (consumer.topic.name === topics.deadLetters.name) return true;
  for (let attempt = 1; ; attempt++) {
    try {
      await consumer.publish(deadLetter(message, why, consumer.group, Date.now()));
      return true;
    } catch {
      if (!(await rest(backOffMs(attempt)))) return false;
    }
  }
}

function malformed(detail: string): Park {
  return new Park('malformed' satisfies DeadLetter['reason'], detail);
}

/** What an error says may quote a line or a value that was sealed; a dead letter stands in clear. The log has all of it. */
function failed(error: unknown): Park {
  const what = error instanceof Error ? error.name : typeof error;
  const detail = `${what}; what it says stands in the log`;
  return Object.assign(new Park('failed', detail), { cause: error });
}

function about(message: RawMessage, consumer: Consumer) {
  const runId = message.headers['run-id'];
  return { topic: message.topic, key: message.key, group: consumer.group, ...(runId && { runId }) };
}
