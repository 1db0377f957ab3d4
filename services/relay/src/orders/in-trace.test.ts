import { trace, type Span } from '@opentelemetry/api';
import { afterEach, expect, it, vi } from 'vitest';
import { workOf } from '../drivers/work.fixture.js';
import type { Plan } from './decide-order.js';
import { inTrace } from './in-trace.js';

afterEach(() => vi.restoreAllMocks());

const plan = { work: workOf({ env: { A: '1' } }), timeoutMs: 1 } as Plan;

it('hands the trace on to the command', () => {
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  vi.spyOn(trace, 'getActiveSpan').mockReturnValue({ spanContext: () => span } as Span);
  expect(inTrace(plan).work.env).toEqual({
    A: '1',
    TRACEPARENT: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  expect(plan.work.env).toEqual({ A: '1' });
});

it('hands on nothing where no trace is taken', () => expect(inTrace(plan)).toBe(plan));
