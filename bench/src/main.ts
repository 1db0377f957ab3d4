import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem, loadavg } from 'node:os';
import { benchAudit } from './audit.js';
import { benchContainers } from './containers.js';
import { firstAnswerOf } from './child.js';
import { benchDecisions } from './decisions.js';
import { benchFilters } from './filters.js';
import { inSolo } from './in-solo.js';
import type { Figures } from './load.js';
import { overKafka } from './over-kafka.js';
import { percentile } from './marks.js';
import type { Memory } from './memory-of.js';
import { benchProcesses } from './processes.js';
import { benchRest } from './rest.js';
import { benchScale } from './scale.js';

/** `npm run bench`: everything but the driver, over Kafka and PostgreSQL and in solo mode. Prints Markdown. Takes about three minutes; `--quick` a half; `--rest` measures REST instead, `--audit` the audit log, `--containers` the Docker driver, `--processes` the process driver, `--scale` a thousand relays. */
const quick = process.argv.includes('--quick');
if (process.argv.includes('--audit')) {
  await benchAudit(quick);
  process.exit(0);
}
if (process.argv.includes('--containers')) {
  await benchContainers(quick);
  process.exit(0);
}
if (process.argv.includes('--scale')) {
  await benchScale(quick);
  process.exit(0);
}
if (process.argv.includes('--processes')) {
  await benchProcesses(quick);
  process.exit(0);
}
if (process.argv.includes('--rest')) {
  await benchRest(quick);
  process.exit(0);
}
const scale = quick ? 0.1 : 1;
// One at a time comes last, so that it is of services and a broker that have run for a while, as they do.
const rounds = [
  { inFlight: 10, commands: Math.round(3_000 * scale) },
  { inFlight: 100, commands: Math.round(6_000 * scale) },
  { inFlight: 1, commands: Math.round(1_000 * scale) },
];

const say = (line = '') => process.stdout.write(`${line}\n`);
say(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)} at the start`,
);

const kafka = await overKafka(rounds);
say('\n### Over Kafka and PostgreSQL, each service a process of its own\n');
table(kafka.figures);
const [once, again] = [kafka.commands, 2 * kafka.commands].map((commands) => commands.toLocaleString('en'));
say(
  `\n| process | until ready (ms) | at rest, resident / own (MiB) | after 200 commands | after ${once} | after ${again} |\n|---|---|---|---|---|---|`,
);
const both = ({ resident, own }: Memory) => `${Math.round(resident)} / ${Math.round(own)}`;
for (const { process: name, atRest, warm, after, twice } of kafka.memory) {
  const memory = [atRest, warm, after, twice].map(both).join(' | ');
  say(`| ${name} | ${Math.round(kafka.startMs[name])} | ${memory} |`);
}

const solo = await inSolo(
  rounds.map(({ inFlight, commands }) => ({ inFlight, commands: Math.round(commands / 2) })),
);
say('\n### Solo mode, PGlite, the load in the same process\n');
table(solo.figures);
say(`\nMemory of the whole process afterwards, resident / own: ${both(solo.memory)} MiB.`);

say('\n### Solo mode, from the start of the process to the first answer on standard output (ms)\n');
const starts = await soloStarts(quick ? 2 : 5);
say(
  `First start with an empty directory ${Math.round(starts.first)}, second and later starts median ${Math.round(percentile(starts.later, 0.5))} (${starts.later.map(Math.round).join(', ')}).`,
);
// Last, because what it holds would count as solo mode's.
const { decisions, lengths } = benchDecisions();
say('\n### Reading, finding, binding, judging and placing a line, without any I/O\n');
say('| bundles × commands, rules each: line | p50 (µs) | p95 (µs) |\n|---|---|---|');
for (const { what, p50, p95 } of decisions) say(`| ${what} | ${p50.toFixed(0)} | ${p95.toFixed(0)} |`);
say('\nLong lines, ns a character at a length of 1,000, 10,000 and 100,000:\n');
say('| line of | 1,000 | 10,000 | 100,000 |\n|---|---|---|---|');
for (const [what, each] of lengths) say(`| ${what} | ${each.map((ns) => ns.toFixed(0)).join(' | ')} |`);

say('\n### Pipelines of three filters over 10,000 records, reading them from NDJSON included\n');
say('| line | p50 (ms) | p95 (ms) | records left |\n|---|---|---|---|');
for (const { line, p50, p95, left } of benchFilters())
  say(`| \`${line.replaceAll('|', '\\|')}\` | ${p50.toFixed(1)} | ${p95.toFixed(1)} | ${left} |`);
process.exit(0);

function table(figures: readonly Figures[]): void {
  say(
    '| in flight | commands | commands/s | accepted → driver p50 / p95 / p99 (ms) | driver done → reply p50 / p95 / p99 (ms) | both p50 (ms) |\n|---|---|---|---|---|---|',
  );
  for (const { inFlight, commands, perSecond, toDriver, toReply } of figures) {
    const three = ({ p50, p95, p99 }: Figures['toDriver']) =>
      [p50, p95, p99].map((value) => value.toFixed(1)).join(' / ');
    say(
      `| ${inFlight} | ${commands} | ${Math.round(perSecond)} | ${three(toDriver)} | ${three(toReply)} | ${(toDriver.p50 + toReply.p50).toFixed(1)} |`,
    );
  }
}

async function soloStarts(times: number): Promise<{ first: number; later: number[] }> {
  const data = await mkdtemp(`${tmpdir()}/chq-bench-`);
  const main = new URL('../../services/solo/dist/main.js', import.meta.url).pathname;
  const start = () => firstAnswerOf(main, ['--data', data], '!echo:echo hello\n');
  const first = await start();
  const later: number[] = [];
  for (let i = 0; i < times; i++) later.push(await start());
  await rm(data, { recursive: true, force: true });
  return { first, later };
}
