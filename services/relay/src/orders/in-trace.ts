import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Plan } from './decide-order.js';

/** The same plan, whose command gets the active trace to go on with: `TRACEPARENT` (W3C Trace Context §3.2). As it is when no trace is taken. */
export function inTrace(plan: Plan): Plan {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) return plan;
  const flags = span.traceFlags.toString(16).padStart(2, '0');
  const env = { ...plan.work.env, TRACEPARENT: `00-${span.traceId}-${span.spanId}-${flags}` };
  return { ...plan, work: { ...plan.work, env } };
}
