import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type ContextManager,
  type TextMapPropagator,
} from '@opentelemetry/api';

/** Does `work` with as much OpenTelemetry as it takes to see where a trace goes: the SDK itself belongs to the services. */
export async function withTracing(work: () => Promise<void>): Promise<void> {
  context.setGlobalContextManager(contexts);
  propagation.setGlobalPropagator(traceparent);
  try {
    await work();
  } finally {
    propagation.disable();
    context.disable();
  }
}

export function inTrace<T>(traceId: string, work: () => T): T {
  const span = { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 };
  return context.with(trace.setSpanContext(context.active(), span), work);
}

/** The id of the trace that this runs in. */
export function traceOf(): string | undefined {
  return trace.getSpanContext(context.active())?.traceId;
}

const storage = new AsyncLocalStorage<Context>();

const contexts: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, fn, thisArg, ...args) => storage.run(active, () => fn.apply(thisArg as never, args)),
  bind: (_, target) => target,
  enable: () => contexts,
  disable: () => contexts,
};

const traceparent: TextMapPropagator = {
  fields: () => ['traceparent'],
  inject: (from, carrier, setter) => {
    const span = trace.getSpanContext(from);
    if (span) setter.set(carrier, 'traceparent', `00-${span.traceId}-${span.spanId}-01`);
  },
  extract: (into, carrier, getter) => {
    const [, traceId, spanId] = String(getter.get(carrier, 'traceparent') ?? '').split('-');
    return traceId && spanId
      ? trace.setSpanContext(into, { traceId, spanId, traceFlags: 1, isRemote: true })
      : into;
  },
};
