import { whenOwnKafka } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { untilQuiet, whatIsBroken } from './check-round.fixture.js';
import { evidence } from './evidence.fixture.js';
import { impossible, possibleFaults } from './possible-faults.fixture.js';
import { inWords, planRound, type RoundPlan } from './plan-round.fixture.js';
import { Playing } from './play-round.fixture.js';
import { openWorld, type World } from './world.fixture.js';

// What a round is made of follows from this; when what happens there, the machine decides.
const seed = process.env['CHASQUI_FAULT_SEED'] ?? '1';
/** One round alone, to be looked at more closely. */
const only = process.env['CHASQUI_FAULT_ROUND'];
const soakMinutes = Number(process.env['CHASQUI_SOAK_MINUTES'] ?? 0);
const rounds = 10;
const linesEach = 55;

whenOwnKafka('real processes that faults befall', () => {
  let world: World;
  let playing: Playing | undefined;
  let broken = false;
  beforeAll(async () => {
    world = await openWorld((step, runId, member) => playing?.onStep(step, runId, member));
  }, 240_000);
  afterAll(() => world?.[Symbol.asyncDispose](), 120_000);

  const plan = (round: number) => planRound(seed, round, linesEach, possibleFaults());
  const play = async (round: RoundPlan) => {
    broken = true;
    const found = await whatIsFound((playing = new Playing(world, round)));
    broken = found.length > 0;
    const setting = `CHASQUI_FAULT_SEED=${seed}, ${inWords(round)}\n${evidence(world, found)}`;
    // At once, and not only when all rounds are over.
    if (broken) console.error([...found, setting].join('\n'));
    expect(found, setting).toEqual([]);
  };
  const whatIsFound = async (one: Playing): Promise<string[]> => {
    try {
      const played = await one.play();
      return [...(await untilQuiet(world, played)), ...(await whatIsBroken(world, played))];
    } catch (error) {
      // What ended by itself is the cause, where something did.
      return [...world.members.flatMap(({ fell }) => fell.splice(0)), ...told(error)];
    }
  };
  const ended = () =>
    world.ask<{ status: string; many: number }>(
      `select status, count(*)::int as many from runs where adapter = 'chat' group by status order by many desc`,
    );

  it.runIf(process.env['CI'] === 'true')('can be everything that they may be', () => {
    expect(impossible()).toEqual([]);
  });

  if (soakMinutes > 0) {
    const forMs = soakMinutes * 60_000;
    it('keep every promise as long as asked', { timeout: forMs + 600_000 }, async () => {
      for (let round = 0, until = Date.now() + forMs; Date.now() < until; round++) {
        await play(plan(round));
        console.log(`round ${seed}/${round}`, JSON.stringify(await ended()));
      }
    });
  } else {
    const all = only === undefined ? Array.from({ length: rounds }, (_, at) => at) : [Number(only)];
    it.for(all.map(plan))(
      'keep every promise in round $seed',
      { timeout: 600_000 },
      async (round, { skip }) => {
        if (broken) skip('what an earlier round broke could break this one');
        await play(round);
      },
    );

    it.runIf(only === undefined)('have had five hundred runs, many of which did what was asked', async () => {
      const many = await ended();
      const succeeded = many.find(({ status }) => status === 'succeeded')!.many;
      const all = many.reduce((sum, one) => sum + one.many, 0);
      expect(all).toBeGreaterThanOrEqual(500);
      expect(succeeded).toBeGreaterThan(all / 3);
    });
  }

  it('leave an audit log that holds', async () => {
    expect(await world.chasqui('audit', 'verify')).toMatchObject({ code: 0 });
  });
});

/** An error with those that it is made of, each a sentence. */
function told(error: unknown): string[] {
  const { stack, errors } = error as Error & { errors?: unknown[] };
  return [String(stack), ...(errors ?? []).flatMap(told)];
}
