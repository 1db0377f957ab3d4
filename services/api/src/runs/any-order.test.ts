import { isTerminal, nextState, type ExecutionEvent, type ExecutionState } from '@chasqui/contracts';
import { whenPostgres } from '@chasqui/testbed/when';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyOrderWorld, chunks, type AnyOrderWorld, type Step } from './any-order.fixture.js';
import type { Run } from './run.js';

/** The same steps each time; which of those that happen at once comes first is another matter. */
const settings = { numRuns: 25, seed: 6, endOnFailure: true };
/** In milliseconds. */
const patience = 180_000;

/** Steps of which each may be any of these. */
const stepsOf = (...whats: Step['what'][]) =>
  fc.array(
    fc.record({
      what: fc.constantFrom(...whats),
      attempt: fc.nat({ max: 3 }),
      n: fc.nat({ max: 2 }),
      at: fc.constantFrom(0 as const, 1 as const),
    }),
    { minLength: 1, maxLength: 12 },
  );

/** What a step means to the table of states. */
function eventOf({ what, n }: Step): { event: ExecutionEvent; who: 'relay' | 'api' } | undefined {
  switch (what) {
    case 'started':
      return { event: 'started', who: 'relay' };
    case 'finished':
      return { event: n === 0 ? 'succeeded' : 'failed', who: 'relay' };
    case 'unknown':
      return { event: 'failed', who: 'relay' };
    case 'stopping':
      return { event: 'refused', who: 'relay' };
    case 'late':
      return { event: 'expired', who: 'relay' };
    case 'sweep':
      return { event: 'lost', who: 'api' };
    default:
      return undefined;
  }
}

/** The state after steps that come one after another, by the table alone. */
function settled(steps: readonly Step[]): ExecutionState {
  return steps.reduce<ExecutionState>((state, step) => {
    const happening = eventOf(step);
    return (happening && nextState(state, happening.event, happening.who)) ?? state;
  }, 'accepted');
}

whenPostgres('reports in any order', (serverUrl) => {
  let world: AnyOrderWorld;
  beforeAll(async () => void (world = await anyOrderWorld(serverUrl)));
  afterAll(() => world[Symbol.asyncDispose]());

  /** Says the line, has the steps happen one by one or some at once, and then ends what is still open. */
  const played = async (line: string, steps: readonly (readonly Step[])[]): Promise<Run> => {
    const { runId } = await world.ordered(line);
    for (const together of steps) {
      await world.allOrdered(runId);
      await Promise.all(together.map((step) => world.happen(step, runId)));
    }
    for (let round = 0; round < 10 && !isTerminal((await world.run(runId)).status); round++) {
      await world.allOrdered(runId);
      for (const [attempt] of world.ordersOf(runId).entries())
        await world.happen({ what: 'finished', attempt, n: 0, at: round % 2 ? 0 : 1 }, runId);
    }
    return world.run(runId);
  };
  const alone = (steps: readonly Step[]) => steps.map((step) => [step]);
  /** Steps in groups that happen at the same time. */
  const grouped = (steps: fc.Arbitrary<Step[]>) =>
    fc.array(
      steps.map((some) => some.slice(0, 4)),
      { minLength: 1, maxLength: 4 },
    );

  /** Each end of a run has its entry and its number, and the run is as the last one says. */
  const endsOf = async (run: Run) => {
    const ends = await world.dataSource.query<{ step: number; status: string }[]>(
      `select step, status from audit_entries where kind = 'command' and about = $1 and step > 0 order by step`,
      [run.id],
    );
    expect(ends.map(({ step }) => step)).toEqual(ends.map((_, index) => index + 1));
    expect(ends.at(-1)!.status).toBe(run.status);
    // Of all but the last it was not known how they ended.
    expect(ends.slice(0, -1).every(({ status }) => status === 'lost')).toBe(true);
    const [{ reply_seq: seq }] = await world.dataSource.query('select reply_seq from runs where id = $1', [
      run.id,
    ]);
    expect(seq).toBe(ends.length * 1_000_000);
    told.set(run.id, ends.length);
  };

  /** What must hold of every run of one command, whatever happened to it. */
  const holds = async (run: Run) => {
    const last = run.executions.at(-1)!;
    expect(isTerminal(run.status)).toBe(true);
    expect({ status: run.status, exitCode: run.exitCode, code: run.code, relay: run.relay }).toEqual({
      status: last.status,
      exitCode: last.exitCode,
      code: last.code,
      relay: last.relay,
    });
    const attempts = run.executions.map(({ attempt }) => attempt);
    expect(attempts).toEqual(attempts.map((_, index) => index + 1));
    const orders = world.ordersOf(run.id);
    expect(orders.map(({ executionId }) => executionId)).toEqual(
      run.executions.filter(({ id }) => orders.some((order) => order.executionId === id)).map(({ id }) => id),
    );
    expect(new Set(orders.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    await endsOf(run);
  };
  /** How many final replies each run has. */
  const told = new Map<string, number>();

  describe('one after another', () => {
    it(
      'end a command that is not tried again as the table says, with all that it printed and all that was said against it',
      () =>
        fc.assert(
          fc.asyncProperty(
            stepsOf('started', 'output', 'finished', 'unknown', 'stopping', 'late', 'sweep'),
            async (steps) => {
              const all = [
                ...steps,
                ...[0, 1].map((n) => ({ what: 'output', attempt: 0, n, at: 0 }) as const),
              ];
              const run = await played('again:write x', alone(all));
              const expected = settled(all);
              expect(run.status).toBe(isTerminal(expected) ? expected : 'succeeded');
              await holds(run);
              expect(run.executions).toHaveLength(1);
              const [execution] = run.executions;
              if (execution!.outputBytes > 0) await hasAll(execution!.id);
              expect(execution!.late?.map(({ status, exitCode }) => `${status} ${exitCode}`) ?? []).toEqual(
                contradictions(all),
              );
            },
          ),
          settings,
        ),
      patience,
    );
  });

  describe('at the same time, at two instances, with requests to cancel and the sweep between them', () => {
    const anything = stepsOf(
      'started',
      'output',
      'finished',
      'unknown',
      'stopping',
      'late',
      'sweep',
      'cancel',
      'wake',
    );

    it(
      'end a command that is not tried again once',
      () =>
        fc.assert(
          fc.asyncProperty(grouped(anything), async (steps) => {
            const run = await played('again:write x', steps);
            await holds(run);
            expect(run.executions).toHaveLength(1);
          }),
          settings,
        ),
      patience,
    );

    it(
      'end a command that is tried again once, with each attempt ordered at most once',
      () =>
        fc.assert(
          fc.asyncProperty(grouped(anything), async (steps) => {
            const run = await played('again:often x', steps);
            await holds(run);
            expect(run.executions.length).toBeLessThanOrEqual(4);
          }),
          settings,
        ),
      patience,
    );

    it(
      'end a line of several stages once, with nothing of it left open and nothing ordered twice',
      () =>
        fc.assert(
          fc.asyncProperty(grouped(anything), async (steps) => {
            const run = await played('again:read x | again:each $text | again:all', steps);
            expect(isTerminal(run.status)).toBe(true);
            // What was lost may be told to run still by a relay that is back; its run stays lost.
            const open = run.executions.filter(({ status }) => !isTerminal(status));
            expect(run.status === 'lost' ? [] : open).toEqual([]);
            const places = run.executions.map(({ stage, item, attempt }) => `${stage} ${item} ${attempt}`);
            expect(new Set(places).size).toBe(places.length);
            const ordered = world.ordersOf(run.id).map(({ executionId }) => executionId);
            expect(new Set(ordered).size).toBe(ordered.length);
            await endsOf(run);
          }),
          settings,
        ),
      patience,
    );
  });

  it('tells each end once', async () => {
    await world.allSent();
    for (const [runId, ends] of told) {
      const seqs = world.replies.filter((reply) => reply.runId === runId).map(({ seq }) => seq);
      const final = seqs.filter((seq) => seq % 1_000_000 === 0);
      expect(final.toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: ends }, (_, at) => (at + 1) * 1_000_000),
      );
    }
  });

  const hasAll = async (executionId: string) => {
    const rows = await world.dataSource.query(
      'select seq, text from output_chunks where execution_id = $1 order by seq',
      [executionId],
    );
    expect(rows).toEqual(chunks.map(({ seq, text }) => ({ seq, text })));
  };
});

/** What is said against the end that stands, each once, in its order. */
function contradictions(steps: readonly Step[]): string[] {
  const said: string[] = [];
  let state: ExecutionState = 'accepted';
  let stands: string | undefined;
  for (const step of steps) {
    const happening = eventOf(step);
    if (!happening) continue;
    const exitCode = step.what === 'finished' ? step.n : undefined;
    const end = `${happening.event} ${exitCode}`;
    const next = nextState(state, happening.event, happening.who);
    if (next) [state, stands] = [next, end];
    else if (
      stands !== undefined &&
      isTerminal(state) &&
      happening.who === 'relay' &&
      happening.event !== 'started'
    )
      if (end !== stands && !said.includes(end)) said.push(end);
  }
  return said;
}
