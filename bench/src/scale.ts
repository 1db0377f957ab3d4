import { cpus, loadavg, totalmem } from 'node:os';
import { startChild, stopChild } from './child.js';
import { benchHearing } from './hearing.js';
import type { Figures, Load } from './load.js';
import type { Memory } from './memory-of.js';
import { onEachOf } from './on-each.js';
import { scaleWorld, type Usage } from './scale-world.js';
import { benchSelection } from './selection.js';
import { cpuOf } from './usage-of.js';

/** `--relays=100` for a small one. */
const relayCount = Number(/--relays=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 1_000);
const inFlight = relayCount;
const say = (line = '') => process.stdout.write(`${line}\n`);
const quiet = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * `npm run bench -- --scale`: a thousand simulated relays that call in over Kafka, a thousand runs in flight, one instance of the API and then
 * two, the choice among ten thousand relays, and what a relay costs that does nothing. Prints Markdown. Five minutes; `--quick` half of it.
 */
export async function benchScale(quick: boolean): Promise<void> {
  const seconds = quick ? 10 : 30;
  say(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the start`,
  );
  await chosenAmongMany(quick);
  await heardOfMany();

  const world = await scaleWorld(relayCount);
  try {
    const alone = await world.startApi(false);
    await quiet(10_000);
    const [atRest] = world.apiMemory();
    const nobody = await world.while(() => quiet(seconds * 1000));
    await world.stopApi(alone);

    const api = await world.startApi(true);
    say(`\n### ${relayCount} relays\n`);
    say(
      `The API was ready ${(api.tookMs / 1000).toFixed(1)} s after its start, ${relayCount} relays enrolled within.`,
    );
    let load: Load | undefined;
    const since = performance.now();
    await world.startRelays((mark) => load?.note(mark));
    say(`All of them were heard ${((performance.now() - since) / 1000).toFixed(1)} s after theirs.\n`);
    load = await world.load(api.said);

    const idle = await world.while(() => quiet(seconds * 1000));
    say(`| ${usageTitles.join(' | ')} |\n|${'---|'.repeat(usageTitles.length)}`);
    say(`| ${usageRow('there are none', nobody.usage).join(' | ')} |`);
    say(`| ${usageRow('they only call in', idle.usage).join(' | ')} |`);
    await load.measure(10, 200);
    const each = await onEachOf(world, load);

    const held = await inFlightFor(world, load, 10_000, seconds);
    say(`| ${usageRow(`${inFlight} in flight, each command takes 10 s`, held.usage).join(' | ')} |`);
    const one = await inFlightFor(world, load, 0, seconds);
    say(`| ${usageRow(`${inFlight} in flight, commands take no time`, one.usage).join(' | ')} |`);
    const [after] = world.apiMemory();

    await world.startApi(true);
    await quiet(5_000);
    const two = await inFlightFor(world, load, 0, seconds);
    say(`| ${usageRow('the same with two instances', two.usage).join(' | ')} |`);

    say(`\n| ${figureTitles.join(' | ')} |\n|${'---|'.repeat(figureTitles.length)}`);
    for (const [what, { result }] of [
      [`each takes 10 s`, held],
      ['no time, one instance', one],
      ['no time, two instances', two],
    ] as const)
      say(`| ${figureRow(what, result).join(' | ')} |`);
    comparison(one, two);
    each.forEach((line) => say(line));
    say(
      `\nMemory of the API, resident / own: ${both(atRest!)} MiB without relays, ${both(after!)} with ${relayCount} and after ${one.result.commands + held.result.commands} commands.`,
    );
    await idleConsumers(world.kafka, quick ? 25 : 50, seconds);
  } finally {
    await world.stop();
  }
}

async function chosenAmongMany(quick: boolean): Promise<void> {
  say('\n### One relay chosen among many, the board included\n');
  say(
    '| relays | selector | heartbeats heard between two choices | p50 / p99 (ms) | CPU, mean (ms) |\n|---|---|---|---|---|',
  );
  for (const relays of [1_000, 10_000])
    for (const { selector, heard, p50, p99, cpu } of await benchSelection(relays, quick ? 200 : 1_000))
      say(
        `| ${relays} | \`${selector || '–'}\` | ${heard} | ${p50.toFixed(2)} / ${p99.toFixed(1)} | ${cpu.toFixed(2)} |`,
      );
}

async function heardOfMany(): Promise<void> {
  say('\n### What a relay is to an instance that hears it, without broker and database\n');
  say('| relays | a heartbeat: CPU (µs) | sealed (bytes) | heap a relay (KiB) |\n|---|---|---|---|');
  for (const count of [1_000, 10_000]) {
    const { cpuUs, bytes, heapKiB } = await benchHearing(count);
    say(`| ${count} | ${cpuUs.toFixed(0)} | ${bytes} | ${heapKiB.toFixed(1)} |`);
  }
}

type World = Awaited<ReturnType<typeof scaleWorld>>;
type Measured = { readonly result: Figures; readonly usage: Usage };

/** As many commands as keep so many in flight for about that long. */
async function inFlightFor(world: World, load: Load, takesMs: number, seconds: number): Promise<Measured> {
  world.takes(takesMs);
  const each = takesMs > 0 ? Math.max(2, Math.round((seconds * 1000) / takesMs)) : Math.max(3, seconds / 5);
  return world.while(() => load.measure(inFlight, Math.round(inFlight * each)));
}

function comparison(one: Measured, two: Measured): void {
  const ratio = two.result.perSecond / one.result.perSecond;
  const cpu = ({ result, usage }: Measured) => (usage.apiCpu * usage.seconds) / result.commands;
  say(
    `\nTwo instances against one, with broker, database, relays and load on the same ${cpus().length} cores: ${ratio.toFixed(2)} × the commands/s. A command took ${cpu(one).toFixed(1)} ms of CPU of one instance, ${cpu(two).toFixed(1)} of two together, what each does anyway (the first rows of the table) among it.`,
  );
}

/** What the broker does for relays that do nothing but wait for orders. */
async function idleConsumers(kafka: World['kafka'], count: number, seconds: number): Promise<void> {
  const cpuWhile = async () => {
    const before = cpuOf(kafka.pid);
    await quiet(seconds * 1000);
    return (cpuOf(kafka.pid) - before) / seconds;
  };
  const without = await cpuWhile();
  const { child } = await startChild(
    new URL('./idle-consumers.js', import.meta.url).pathname,
    { BROKERS: kafka.brokers, COUNT: String(count) },
    /\d+ consumers/,
  );
  await quiet(5_000);
  const withThem = await cpuWhile();
  await stopChild(child);
  say(
    `\nA relay that only reads its topic of orders costs the broker ${((withThem - without) / count).toFixed(2)} ms of CPU a second (${count} of them, ${without.toFixed(0)} ms a second without, ${withThem.toFixed(0)} with).`,
  );
}

const usageTitles = [
  'while',
  'API: CPU (ms/s)',
  'broker: CPU (ms/s)',
  'simulated relays: CPU (ms/s)',
  'into Kafka (KiB/s)',
  'of that heartbeats',
  'PostgreSQL: transactions/s',
  'WAL (KiB/s)',
];

function usageRow(what: string, usage: Usage): string[] {
  const kib = (bytes: number) => (bytes / 1024).toFixed(0);
  return [
    what,
    usage.apiCpu.toFixed(0),
    usage.kafkaCpu.toFixed(0),
    usage.relaysCpu.toFixed(0),
    kib(usage.kafkaBytes),
    kib(usage.heartbeatBytes),
    usage.transactions.toFixed(0),
    kib(usage.walBytes),
  ];
}

const figureTitles = [
  `${inFlight} in flight`,
  'commands',
  'commands/s',
  'said → order p50 / p95 / p99 (ms)',
  'done → reply p50 / p95 / p99 (ms)',
];

function figureRow(what: string, { commands, perSecond, toDriver, toReply }: Figures): string[] {
  const three = ({ p50, p95, p99 }: Figures['toDriver']) =>
    [p50, p95, p99].map((value) => value.toFixed(0)).join(' / ');
  return [what, String(commands), perSecond.toFixed(0), three(toDriver), three(toReply)];
}

function both({ resident, own }: Memory): string {
  return `${Math.round(resident)} / ${Math.round(own)}`;
}
