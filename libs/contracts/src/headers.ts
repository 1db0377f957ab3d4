/** Headers that travel with every message. Keys are lower-case, values text. */
export type Headers = Record<string, string>;

/** `traceparent` is W3C Trace Context; `run-id` joins a message to its run in the logs. */
export const headerNames = {
  runId: 'run-id',
  relay: 'relay',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
} as const;
