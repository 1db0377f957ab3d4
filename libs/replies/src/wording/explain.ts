import type {
  ExplainedCommand,
  ExplainedPermission,
  ExplainedRelay,
  ExplainedRule,
  ExplainedStage,
  ExplainedValue,
  Explanation,
} from '@chasqui/contracts';
import { both, clock, count, duration, noted, size } from './amounts.js';

/** The verdict on a line: `allowed: it would run on fra-1`, `refused: you need ops:write to run ops:restart`. */
export function verdictSentence({ outcome, refusal, stages }: Explanation): string {
  if (outcome === 'refused') return `refused: ${refusal?.message ?? 'nobody says why'}`;
  const [only] = stages;
  if (outcome === 'answered' && only?.kind === 'built-in')
    return `allowed: ${only.name} is Chasqui's own, and answered without a relay`;
  const relays = stages.flatMap((stage) =>
    stage.kind === 'command' && stage.relay !== undefined ? [placesWords(stage.relay, stage.fanOut)] : [],
  );
  const places = [...new Set(relays.filter((relay) => relay !== ''))];
  if (relays.length === 0) return 'allowed: it would be answered without a relay';
  if (places.length === 0) return 'allowed: it would wait for a relay, because none fits now';
  const waits = relays.includes('') ? ', and wait for a relay where none fits now' : '';
  return `allowed: it would run on ${both(places)}${waits}`;
}

/** `a relay that fits, at most 10 min`, `the lock ops:deploy-prod if another has it, at most 10 min`, … */
export function waitsWords({
  relayMs,
  lock,
  concurrency,
  lockMs,
}: NonNullable<ExplainedCommand['waits']>): string[] {
  const most = lockMs === undefined ? '' : `, at most ${duration(lockMs)}`;
  return [
    ...(relayMs === undefined
      ? []
      : [`for a relay that fits, because none does now, at most ${duration(relayMs)}`]),
    ...(lock === undefined ? [] : [`for the lock ${lock} while another has it${most}`]),
    ...(concurrency === undefined
      ? []
      : [
          `while ${count(concurrency, 'execution')} of it ${concurrency === 1 ? 'runs' : 'run'} already${most}`,
        ]),
  ];
}

function placesWords(relay: string, fanOut: ExplainedCommand['fanOut']): string {
  return fanOut ? count(fanOut.targets, 'relay') : relay;
}

/** `3 waves of 1, 2 and 5 relays, 30 s apart; none may fail` */
export function wavesWords({ waves, maxFailures, pauseMs }: NonNullable<ExplainedCommand['fanOut']>): string {
  if (waves.length === 1) return 'all at once';
  const sizes = waves.length > 12 ? [...waves.slice(0, 11), `${waves.length - 11} more`] : waves;
  const apart = pauseMs > 0 ? `, ${duration(pauseMs)} apart` : '';
  const fail = maxFailures === 0 ? 'none may fail' : `${maxFailures} may fail`;
  return `${count(waves.length, 'wave')} of ${both(sizes.map(String))} relays${apart}; ${fail}`;
}

/** `ann, in dev and oncall` */
export function whoWords({ username, groups }: Explanation['who']): string {
  const name = username ?? 'somebody imagined';
  return groups.length > 0 ? `${name}, in ${both(groups)}` : `${name}, in no group`;
}

/** `#ops on slack, from a chat, 2026-11-22 07:36 UTC`; `over HTTP, from the API, …` */
export function whereWords({ adapter, room, direct, origin, at }: Explanation['where']): string {
  const place = direct ? `in private on ${adapter}` : `#${room ?? ''} on ${adapter}`;
  const time = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return `${adapter === 'http' ? 'over HTTP' : place}, from ${origins[origin] ?? origin}, ${time} UTC`;
}

const origins: Readonly<Record<string, string>> = {
  chat: 'a chat',
  api: 'the API',
  schedule: 'a schedule',
  webhook: 'a webhook',
};

export function stageWords(stage: ExplainedStage): string {
  switch (stage.kind) {
    case 'command':
      return `${stage.command}, of ${stage.bundle} ${stage.version}`;
    case 'filter':
      return `${stage.name}, a filter`;
    case 'source':
      return `${stage.name}, of Chasqui itself`;
    case 'built-in':
      return `${stage.name}, of Chasqui itself`;
  }
}

/** `service = web, force = false (default)`; undefined where they could not be bound. */
export function valuesWords({
  options,
  arguments: values,
  waitsFor = [],
}: ExplainedCommand): string | undefined {
  const all = [...(values ?? []), ...(options ?? [])].map(valueWords);
  const waiting = waitsFor.map((name) => `${name} comes from each record`);
  if (options === undefined && values === undefined) return undefined;
  return [...all, ...waiting].join(', ') || 'none';
}

function valueWords({ name, value, given, secret }: ExplainedValue): string {
  const positional = /^\d+$/.test(name);
  const text = secret ? '***' : JSON.stringify(value ?? '');
  return `${positional ? text : `${name} = ${text}`}${given ? '' : ' (default)'}`;
}

/** `must have ops:write: satisfied` */
export function ruleWords(rule: ExplainedRule, { waitsFor }: ExplainedCommand): string {
  const whose = rule.from === 'site' ? `site rule ${rule.name ?? ''}: `.replace(' :', ':') : '';
  return `${whose}${rule.rule}: ${outcomeWords(rule, waitsFor !== undefined)}`;
}

function outcomeWords({ held, satisfied, denies, missing = [] }: ExplainedRule, waits: boolean): string {
  if (held === undefined) return waits ? 'judged with each record' : 'not judged';
  if (!held) return 'does not hold';
  if (satisfied) return 'satisfied';
  if (denies) return 'denies it';
  const ways = missing.filter((way) => way.length > 0).map(both);
  return ways.length > 0 ? `not satisfied, lacks ${ways.join(', or ')}` : 'not satisfied, stands in the way';
}

/** `ops:write, by group oncall and role deployers` */
export function permissionWords({ name, held, by }: ExplainedPermission): string {
  if (!held) return `${name}: not held`;
  const ways = by.map(
    ({ group, role, on }) => `group ${group} and role ${role}${on ? ` (for ${on.of} ${on.what} only)` : ''}`,
  );
  return ways.length > 0 ? `${name}: by ${ways.join(', or ')}` : `${name}: held`;
}

/** `dc=fra,gpu`, and who asks for what where it is not only the person: `dc=fra,gpu (gpu by its bundle, dc=fra by its channel)` */
export function selectorWords(selector: string, asked: ExplainedCommand['selectors'] = []): string {
  if (asked.every(({ from }) => from === 'person')) return selector;
  const by = asked.map(
    (one) => `${one.selector} by ${one.from === 'person' ? 'the line' : `its ${one.from}`}`,
  );
  return `${selector} (${by.join(', ')})`;
}

/** `fra-2: lacks dc=fra` */
export function relayWords(relay: ExplainedRelay, now: number): string {
  return `${relay.name}: ${relayOutcome(relay, now)}`;
}

function relayOutcome({ outcome, fails = [], since, note, ...relay }: ExplainedRelay, now: number): string {
  const from = since === undefined ? '' : ` since ${clock(since, now)}`;
  switch (outcome) {
    case 'chosen':
      return 'chosen';
    case 'target':
      return `in wave ${relay.wave ?? 1}`;
    case 'as-good':
      return 'would do as well';
    case 'busier':
      return `busier, with ${count(relay.inFlight ?? 0, 'command')} at work${relay.full ? ', and no free slot' : ''}`;
    case 'suspect':
      return `not heard from${from}`;
    case 'unavailable':
      return `${states[relay.state ?? ''] ?? 'takes no work'}${relay.state === 'never-seen' ? '' : from}${noted(note)}`;
    case 'no-driver':
      return 'has nothing to run it with';
    case 'no-platform':
      return `runs ${both(relay.platforms ?? []) || 'no platform that it tells of'}, which this is not made for`;
    case 'no-match':
      return `is not ${both(fails)}`;
    case 'protected':
      return `protected by ${relay.protectedBy ?? 'a selector'}, which takes relay:use`;
    case 'rule':
      return `kept off by a rule${relay.rule === undefined ? '' : `: ${relay.rule}`}`;
  }
}

const states: Readonly<Record<string, string>> = {
  offline: 'offline',
  draining: 'draining',
  paused: 'paused',
  disabled: 'switched off',
  'never-seen': 'never seen',
};

/** How many relays are not named. */
export function moreRelaysWords(more: number): string {
  return `and ${count(more, 'relay')} more`;
}
export function hiddenRelaysWords(hidden: number): string {
  return `and ${count(hidden, 'protected relay')} that you may not use`;
}

/** `60 s, 256 MiB of memory, 1 CPU, 128 processes, 1 MiB of output, no network, a read-only root` */
export function limitsWords(limits: NonNullable<ExplainedCommand['limits']>): string {
  return [
    duration(limits.timeoutMs),
    `${size(limits.memoryBytes)} of memory`,
    count(limits.cpus, 'CPU'),
    `${limits.pids} processes`,
    `${size(limits.outputBytes)} of output`,
    limits.network ? 'network' : 'no network',
    limits.writableRoot ? 'a writable root' : 'a read-only root',
    ...limits.mounts.map(
      ({ source, target, readOnly }) => `${source} at ${target}${readOnly ? ' (read-only)' : ''}`,
    ),
  ].join(', ');
}
