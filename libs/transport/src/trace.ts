import { context, propagation, SpanKind } from '@opentelemetry/api';
import type { Headers } from '@chasqui/contracts';
import { inSpan } from '@chasqui/telemetry';
import type { Outgoing } from './transport.js';

/** The message with the active trace in its headers (W3C Trace Context); as it is when no trace is taken. */
export function withTrace(message: Outgoing): Outgoing {
  const headers: Headers = { ...message.headers };
  propagation.inject(context.active(), headers);
  return { ...message, headers };
}

/** Does `work` in the trace that the headers carry, in a span of its own. */
export function inTraceOf<T>(headers: Headers, topic: string, work: () => Promise<T>): Promise<T> {
  const attributes = { 'messaging.destination.name': topic, 'messaging.operation.type': 'process' };
  const parent = propagation.extract(context.active(), headers);
  return inSpan(`process ${topic}`, attributes, work, { kind: SpanKind.CONSUMER, parent });
}
