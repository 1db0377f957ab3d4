import type { OutputChunk } from '@chasqui/contracts';
import type { RunEnd } from '../wording/run-ends.js';
import type { Envelope, EnvelopeRequest } from './envelope.js';
import { runEnvelope } from './run-envelope.js';

/** What may be said of an envelope that is made up to try a template: any part of it. */
export interface ExampleData {
  readonly request?: Readonly<Record<string, unknown>>;
  readonly response?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/**
 * An envelope to try a template with: of a run of `ops:status web` by alice. `data` says what differs; from `response.out`,
 * `response.err` and `response.exitCode` everything that follows from them is made, as after a real run.
 */
export function exampleEnvelope(data: ExampleData = {}): Envelope {
  const { out = '[{"name":"web","status":"up"},{"name":"db","status":"down"}]', err = '' } =
    data.response ?? {};
  const output: OutputChunk[] = [
    { seq: 0, stream: 'stdout', text: String(out) },
    ...(err === '' ? [] : [{ seq: 1, stream: 'stderr' as const, text: `\n${String(err)}` }]),
  ];
  const exitCode = data.response?.['exitCode'] ?? data.data?.['exitCode'] ?? 0;
  const end: RunEnd = { kind: 'exited', exitCode: Number(exitCode) };
  const made = runEnvelope(
    request,
    { end, output, relay: request.relay!, runId: request.runId },
    { durationMs: 1_500 },
  );
  return merged(
    { ...made, response: { ...made.response, ...(err !== '' && { err: String(err) }) } },
    data,
  ) as Envelope;
}

const request: EnvelopeRequest = {
  adapter: 'slack',
  room: { id: 'C012', name: 'ops' },
  user: { id: 'U034', username: 'alice', email: 'alice@example.com' },
  runId: 'r-7k2',
  line: 'ops:status web --verbose',
  at: '2026-11-22T12:03:00.000Z',
  bundle: { name: 'ops', version: '1.2.0' },
  command: { name: 'status' },
  relay: 'fra-1',
  options: { verbose: true },
  arguments: ['web'],
};

/** Objects field by field; anything else in place of what was there. */
function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over === undefined ? base : over;
  const names = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(over, name) ? merged(own(base, name), over[name]) : base[name]]),
  );
}

function own(from: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(from, name) ? from[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
