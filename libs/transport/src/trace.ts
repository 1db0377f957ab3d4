import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Headers } from '@chasqui/contracts';
import type { Outgoing } from './transport.js';

/** The message with the active trace in its headers (W3C Trace Context); as it is when no trace is taken. */
export function withTrace(message: Outgoing): Outgoing {
  const headers: Headers = { ...message.headers };
  propagation.inject(context.active(), headers);
  return { ...message, headers };
}

/** Does `work` in the trace that the headers carry, in a span of its own. */
export function inTraceOf<T>(headers: Headers, topic: string, work: () => Promise<T>): Promise<T> {
  const carried = propagation.extract(context.active(), headers);
  const options = {
    kind: SpanKind.CONSUMER,
    attributes: { 'messaging.destination.name': topic, 'messaging.operation.type': 'process' },
  };
  return trace
    .getTracer('@chasqui/transport')
    .startActiveSpan(`process ${topic}`, options, carried, async (span) => {
      try {
        return await work();
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        span.recordException(error);
        span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
        throw thrown;
      } finally {
        span.end();
      }
    });
}
