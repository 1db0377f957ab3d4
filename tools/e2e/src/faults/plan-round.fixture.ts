import { kindsOf, lastsOf, type FaultName } from './faults.fixture.js';
import type { Kind } from './member.fixture.js';
import { Random } from './random.fixture.js';
import { allSteps, type Step } from './steps.fixture.js';
import { offlineAfterMs } from './member-parts.fixture.js';

export interface PlannedFault {
  readonly name: FaultName;
  /** It comes as soon as so many commands of the round have come to this step. */
  readonly step: Step;
  readonly count: number;
  /** Whom it befalls: whoever came to that step, or somebody of a kind; without it the world around them. */
  readonly on?: 'doer' | Kind;
  /** How long until it is undone. */
  readonly forMs: number;
}

export interface RoundPlan {
  readonly seed: string;
  readonly lines: readonly string[];
  /** Between two lines, in milliseconds. */
  readonly everyMs: number;
  readonly faults: readonly PlannedFault[];
}

const usual = ['quick', 'quick', 'lines', 'lines', 'slow', 'slow', 'long', 'fails', 'again', 'never'];
/** Lines of which a run is more than one execution on one relay at once. */
const longer: readonly ((on: string) => string)[] = [
  (on) => `work:few${on} | work:each $text`,
  (on) => `work:locked${on}`,
  () => 'work:lines --on-each dc=fra --waves 1',
  () => 'work:quick --on-each dc',
  () => 'work:quick --on dc=lon --wait 5s',
];
const tags = ['', '', '', ' --on dc=fra', ' --on dc=ams'];

/** What happens in a round. Its first two faults go through all there are, round by round, so that ten rounds have seen each. */
export function planRound(
  seed: string,
  round: number,
  size: number,
  possible: readonly FaultName[],
): RoundPlan {
  const random = new Random(`${seed}/${round}`);
  const line = () => {
    const on = random.pick(tags);
    return random.int(1, 5) === 1 ? random.pick(longer)(on) : `work:${random.pick(usual)}${on}`;
  };
  const inTurn = [2 * round, 2 * round + 1].map((at) => possible[at % possible.length]!);
  const names = [...inTurn, ...random.some(random.int(1, 3), possible)];
  return {
    seed: `${seed}/${round}`,
    lines: Array.from({ length: size }, line),
    everyMs: random.int(10, 60),
    faults: names.map((name): PlannedFault => {
      const kinds = kindsOf(name);
      return {
        name,
        step: random.pick(name === 'cancel' ? allSteps.slice(1, -1) : allSteps),
        count: random.int(1, Math.floor(size / 2)),
        ...(kinds && { on: random.pick(['doer', 'doer', ...kinds] as const) }),
        forMs: howLong(name, random),
      };
    }),
  };
}

function howLong(name: FaultName, random: Random): number {
  const lasts = lastsOf(name);
  if (lasts === 'no time') return 0;
  const long = lasts === 'long' && random.int(1, 4) === 1;
  return long ? offlineAfterMs + random.int(500, 3000) : random.int(50, 3000);
}

/** A round in words, for whoever reads of one that failed. */
export function inWords({ seed, lines, everyMs, faults }: RoundPlan): string {
  const told = faults.map(
    ({ name, on = 'world', step, count, forMs }) => `${name} (${on}) at ${step} ${count} for ${forMs} ms`,
  );
  return `round ${seed}: ${lines.length} lines, one every ${everyMs} ms; ${told.join('; ')}`;
}
