import { setTimeout as delay } from 'node:timers/promises';
import { clockOffBySeconds } from './faults.fixture.js';
import type { Played } from './play-round.fixture.js';
import { offlineAfterMs } from './member-parts.fixture.js';
import type { World } from './world.fixture.js';

interface RunFacts {
  readonly id: string;
  readonly in_reply_to: string;
  readonly status: string;
  readonly line: string;
  readonly code: string | null;
}

const open = `('waiting', 'accepted', 'running', 'lost')`;
/** As long as an order may wait, and more. */
const quietWithinMs = 90_000;
/** What began to wait while the clock was ahead is given up at the time it was told, which is so much later by a clock that is right. */
const quietWithinAfterClockMs = quietWithinMs + clockOffBySeconds * 1000;

/** Between two heartbeats, and their way. */
const aBeatMs = 2_000;
const faultsOfOurs = ['this is our fault', 'a chat message could not be handled'];

/** Waits until nothing is under way any more. Answers with what still is when it has waited long enough; with nothing if all is quiet. */
export async function untilQuiet(world: World, { said, inflicted }: Played): Promise<string[]> {
  const unanswered = () => said.filter((id) => isOpen(world, id));
  const looks = async (): Promise<string[]> => {
    const rows = await world.ask<{ what: string }>(
      `      select 'run ' || id || ' is ' || status || ' for ever: ' || line as what from runs where status in ${open} and in_reply_to = any($1)
      union all select 'execution ' || e.id || ' of run ' || e.run_id || ' on ' || e.relay || ' is ' || state || ' for ever' from executions e
        join runs r on r.id = e.run_id where state in ${open} and r.in_reply_to = any($1)
      union all select 'a message of run ' || coalesce(headers->>'run-id', '?') || ' to ' || topic || ' stays in the outbox' from outbox`,
      said,
    );
    return [
      ...rows.map(({ what }) => what),
      ...(world.room.waiting > 0 ? [`${world.room.waiting} lines that no adapter has taken`] : []),
      ...(unanswered().length > 0 ? [`unanswered: ${unanswered().join(', ')}`] : []),
      ...(world.atWork().length > 0 ? [`${world.atWork().length} commands that run`] : []),
    ];
  };
  const withinMs = clockSet(inflicted) ? quietWithinAfterClockMs : quietWithinMs;
  for (const deadline = Date.now() + withinMs; ; await delay(500)) {
    const left = await looks();
    if (left.length === 0 || Date.now() > deadline) return left;
  }
}

/** Whether the clock that all go by was set. */
function clockSet(inflicted: Played['inflicted']): boolean {
  return inflicted.some(({ fault, on }) => fault.name === 'clock' && on.startsWith('api'));
}

function isOpen(world: World, id: string): boolean {
  const mark = world.room.answerTo(id)?.mark;
  return mark === undefined || mark === 'running' || mark === 'lost';
}

/** Everything that was promised and does not hold, once all is quiet; a sentence each. */
export async function whatIsBroken(world: World, { said, inflicted }: Played): Promise<string[]> {
  const runs = await world.ask<RunFacts>(
    'select id, in_reply_to, status, line, code from runs where adapter = $1 and in_reply_to = any($2)',
    'chat',
    said,
  );
  return [
    ...notOnRecord(said, runs),
    ...answeredOtherwise(world, runs),
    ...startedTwice(world.starts()),
    ...(await notWhole(world, runs)),
    ...(await startedUnknown(world)),
    ...toldInLogs(world, inflicted),
    ...world.recorder.parked.splice(0),
    ...world.members.flatMap(({ fell }) => fell.splice(0)),
  ];
}

function notOnRecord(said: readonly string[], runs: readonly RunFacts[]): string[] {
  const many = Map.groupBy(runs, (run) => run.in_reply_to);
  return said
    .filter((id) => many.get(id)?.length !== 1)
    .map((id) => `${id} has ${many.get(id)?.length ?? 0} runs`);
}

function answeredOtherwise(world: World, runs: readonly RunFacts[]): string[] {
  return runs.flatMap(({ id, in_reply_to: message, status, line }) => {
    const reply = world.room.answerTo(message);
    if (reply?.mark === status && reply.runId === id) return [];
    return [`${message} (${line}) is ${status}, and its asker was told ${reply?.mark}: ${reply?.text}`];
  });
}

function startedTwice(starts: readonly string[]): string[] {
  const many = Map.groupBy(starts, (start) => start.split(' ').slice(0, 2).join(', attempt '));
  return [...many]
    .filter(([, { length }]) => length > 1)
    .map(([what, { length }]) => `${what} was started ${length} times`);
}

/** What a command prints last says how much it has printed before that. */
async function notWhole(world: World, runs: readonly RunFacts[]): Promise<string[]> {
  const printed = await world.ask<{ id: string; state: string; command: string; output: string }>(
    `select e.id, e.state, r.command, coalesce(string_agg(c.text, '' order by c.seq), '') as output
     from executions e join runs r on r.id = e.run_id left join output_chunks c on c.execution_id = e.id and c.epoch = e.epoch
     where r.id = any($1) and e.state = 'succeeded' and r.line not like '%|%' group by e.id, e.state, r.command`,
    runs.map(({ id }) => id),
  );
  return printed
    .filter(({ output }) => {
      const lines = output.trimEnd().split('\n');
      return (
        lines.at(-1) !== `whole ${lines.length - 1}` ||
        lines.slice(0, -1).some((line, at) => line !== `line ${at}`)
      );
    })
    .map(
      ({ id, command, output }) =>
        `execution ${id} (${command}) succeeded, and its output is not whole: …${output.slice(-60)}`,
    );
}

/** What ran is on record as something that ran. */
async function startedUnknown(world: World): Promise<string[]> {
  const rows = await world.ask<{ id: string; state: string; code: string | null }>(
    `select e.id, e.state, r.code from executions e join runs r on r.id = e.run_id`,
  );
  const states = new Map(rows.map(({ id, ...rest }) => [id, rest]));
  return world.starts().flatMap((start) => {
    const [id = '', attempt, relay] = start.split(' ');
    const known = states.get(id);
    if (!known) return [`${relay} started ${id}, attempt ${attempt}, of which nothing is on record`];
    const { state } = known;
    return state === 'refused' || state === 'expired' ? [`${relay} started ${id}, which is ${state}`] : [];
  });
}

/** A relay is called lost only where nothing was heard of it for so long; and nothing goes wrong by our own fault. */
function toldInLogs(world: World, inflicted: Played['inflicted']): string[] {
  const silent = new Map(world.relays.map((relay) => [relay, world.recorder.longestSilence(relay)]));
  // Whoever sets the clock that all go by makes relays seem to have spoken long ago.
  const isClockSet = clockSet(inflicted);
  return world.members.flatMap((member) =>
    member.newLines().flatMap((line) => {
      if (faultsOfOurs.some((words) => line.includes(words)))
        return [`${member.name}: ${line.slice(0, 1000)}`];
      if (!line.includes('"run lost: its relay is silent"') || isClockSet) return [];
      const { relay, runId } = JSON.parse(line) as { relay: string; runId: string };
      const silentMs = silent.get(relay)!;
      if (silentMs > offlineAfterMs - aBeatMs) return [];
      return [`${relay} was called lost with ${runId}, and was never silent for longer than ${silentMs} ms`];
    }),
  );
}
