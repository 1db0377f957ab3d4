import type { Envelope, EnvelopeRequest, EnvelopeResponse } from './envelope.js';

type Names<T> = Readonly<Record<keyof T, true>>;

/** Written as objects, so that the compiler misses what is forgotten. */
const request: Names<EnvelopeRequest> = {
  adapter: true,
  room: true,
  user: true,
  runId: true,
  line: true,
  at: true,
  bundle: true,
  command: true,
  relay: true,
  options: true,
  arguments: true,
};
const response: Names<EnvelopeResponse> = {
  title: true,
  all: true,
  lines: true,
  out: true,
  err: true,
  records: true,
  record: true,
  exitCode: true,
  structured: true,
  template: true,
};
const data: Names<Envelope['data']> = { durationMs: true, exitCode: true };
const roots: Names<Envelope> = { request: true, response: true, error: true, data: true, payload: true };

/** The names at the top of an envelope, each with those below it; none where anything may stand below. */
export const envelopeNames: ReadonlyMap<string, readonly string[]> = new Map(
  Object.keys(roots).map((root) => [root, Object.keys({ request, response, data }[root] ?? {})]),
);
