import { readBundle } from '@chasqui/bundles';
import { parseLine } from '@chasqui/command-language';
import { buildCatalogue } from '@chasqui/api/commands/catalogue';
import { SitePolicy } from '@chasqui/api/site-rules/site-policy';
import { decide } from '@chasqui/api/commands/decide';
import type { Known } from '@chasqui/api/commands/known';
import { ConfigurationView } from '@chasqui/api/configuration/configuration-view';
import { percentile } from './marks.js';

/** How long it takes to read a line, find, bind, judge and place what it means: all that is pure about a command. Microseconds. */
export interface DecisionTime {
  readonly what: string;
  readonly p50: number;
  readonly p95: number;
}

const sizes = [
  { bundles: 20, commands: 5, rules: 3 },
  { bundles: 200, commands: 20, rules: 50 },
];

const lines: readonly (readonly [string, string])[] = [
  ['bundle:command, declared', 'b7:c1 --env prod --count=3 web --on dc=fra'],
  ['bundle:command, its words as typed', 'b7:plain --env prod --count=3 web --on dc=fra'],
  ['a bare name', 'only7 web'],
  ['a pipeline with two filters', 'b7:c1 web | where up=true | sort name'],
];

/** Lines of this shape and growing length: what one character costs must not grow. */
const hostile: readonly (readonly [string, (length: number) => string])[] = [
  ['quotes', (length) => `b7:plain ${`"a'b" 'c"d' `.repeat(length / 12)}`],
  ['open brackets', (length) => `b7:plain ${'['.repeat(length)}`],
  ['brackets in words', (length) => `b7:plain ${'[a '.repeat(length / 3)}`],
  ['dollars', (length) => `b7:plain ${"'$' $1 ".repeat(length / 7)}`],
  ['options', (length) => `b7:plain ${'--x=y -abc '.repeat(length / 11)}`],
];

export function benchDecisions(): { decisions: DecisionTime[]; lengths: [string, number[]][] } {
  const decisions: DecisionTime[] = [];
  let known = knownWith(sizes[0]!);
  for (const size of sizes) {
    known = knownWith(size);
    for (const [what, line] of lines) {
      const { p50, p95 } = time(() => decideOn(line, known), 3_000);
      decisions.push({ what: `${size.bundles} × ${size.commands}, ${size.rules} rules: ${what}`, p50, p95 });
    }
  }
  const lengths = hostile.map(([what, make]): [string, number[]] => [
    what,
    [1_000, 10_000, 100_000].map(
      (length) => (time(() => decide(parseLine(make(length)), known), 20).p50 / length) * 1_000,
    ),
  ]);
  return { decisions, lengths };
}

function decideOn(line: string, known: Known): void {
  const decision = decide(parseLine(line), known);
  if (decision.kind !== 'plan') throw new Error(`${line}: ${JSON.stringify(decision).slice(0, 300)}`);
}

function time(work: () => void, times: number): { p50: number; p95: number } {
  const warm = performance.now();
  for (let round = 0; round < times && performance.now() - warm < 2_000; round++) work();
  const taken: number[] = [];
  for (let round = 0; round < times; round++) {
    const start = performance.now();
    work();
    taken.push((performance.now() - start) * 1_000);
  }
  return { p50: percentile(taken, 0.5), p95: percentile(taken, 0.95) };
}

function knownWith({ bundles, commands, rules }: (typeof sizes)[number]): Known {
  const read = Array.from({ length: bundles }, (_, index) => bundleNumber(index, commands, rules));
  return {
    asker: {
      id: 'u1',
      username: 'alice',
      email: 'alice@example.org',
      active: true,
      permissions: new Set(
        Array.from({ length: bundles }, (_, index) => [`b${index}:use`, `b${index}:more`]).flat(),
      ),
      scoped: [],
      groups: ['ops'],
    },
    sender: { adapter: 'slack', workspace: 'T1', id: 'U1' },
    place: { room: 'C1', roomName: 'ops', channel: 'slack/T1/C1', adapter: 'slack', direct: false },
    origin: 'chat',
    policy: SitePolicy.none,
    catalogue: buildCatalogue(read),
    configuration: ConfigurationView.none,
    aliases: { own: new Map([['mine', 'b1:c1']]), site: new Map() },
    people: new Map(),
    rooms: new Map(),
    mentioned: new Map(),
    relays: ['fra', 'ams', 'lon'].map((dc) => ({
      name: `${dc}-1`,
      tags: [`dc=${dc}`],
      state: 'online',
      since: 0,
      drivers: ['process'],
      inFlight: 0,
      slots: 8,
    })),
    now: 0,
    saidAt: 0,
    takeWithinMs: 600_000,
    key: 'a run',
  };
}

function bundleNumber(index: number, commands: number, rules: number) {
  const rule = (at: number) =>
    at === 0 ? 'must have b:use' : `with option["env"] == "env${at}" and arg[0] != "x${at}" must have b:more`;
  const rulesOf = () =>
    Array.from({ length: rules }, (_, at) => `      - ${rule(at).replace(' b:', ` b${index}:`)}`);
  const options = `    options: { env: { type: string }, count: { type: int } }\n    positionals: [{ name: service, required: true }]\n`;
  const command = (name: string, more: string) =>
    `  ${name}:\n    description: Does something\n    executable: [/bin/echo]\n${more}    rules:\n${rulesOf().join('\n')}`;
  const names = Array.from({ length: commands - 2 }, (_, at) => `c${at}`);
  const text = `chasqui_bundle_version: 1
name: b${index}
version: 1.0.0
description: For measuring
permissions: [use, more]
commands:
${names.map((name) => command(name, options)).join('\n')}
${command('plain', '')}
${command(`only${index}`, '')}
`;
  const { bundle, faults } = readBundle(text);
  if (!bundle) throw new Error(JSON.stringify(faults.slice(0, 3)));
  return bundle;
}
