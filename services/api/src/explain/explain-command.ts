import { permissionsIn } from '@chasqui/access-rules';
import {
  isRefusal,
  type ExplainedCommand,
  type ExplainedPermission,
  type ExplainedRule,
  type Refusal,
} from '@chasqui/contracts';
import { invoke, resolversOf } from '../commands/invoke.js';
import type { Known } from '../commands/known.js';
import type { FanOut } from '../commands/fan-out.js';
import { limitsOf } from '../commands/limits.js';
import type { CommandDraft, CommandStage } from '../commands/plan.js';
import { needsTurn, relayWaitMs } from '../waiting/turn-of.js';
import { boundValues } from './bound-values.js';
import { explainRelays } from './explain-relays.js';
import { heldBy, type Holdings } from './holdings.js';

/** Who is told, and what of the installation's own settings an explanation speaks of. */
export interface ExplainedTo {
  /** Whether they may know of relays that the person may not use. */
  readonly seesRelays: boolean;
  /** How long a command may take that does not say, in milliseconds. */
  readonly commandTimeoutMs: number;
  /** How long it waits for its lock where nobody says, in milliseconds. */
  readonly lockWaitMs: number;
}

/** What became of a stage: where it was placed, or why the line was refused. */
interface Outcome {
  readonly placed?: CommandStage;
  readonly refusal?: Refusal;
  readonly isFirst: boolean;
}

/** One command of a line, as far as the decision got with it. */
export function explainCommand(
  draft: CommandDraft,
  { placed, refusal, isFirst }: Outcome,
  known: Known,
  holdings: Holdings,
  to: ExplainedTo,
): ExplainedCommand {
  const { entry, words, input } = draft;
  const { bundle, command, fullName } = entry;
  const mayKnowRelays = placed !== undefined || (refusal !== undefined && isAfterTheRules(refusal));
  const relays = mayKnowRelays ? explainRelays(draft, placed, known, to.seesRelays) : undefined;
  return {
    kind: 'command',
    command: fullName,
    bundle: bundle.name,
    version: bundle.version,
    input,
    ...boundValues(command, words, isFirst, resolversOf(known)),
    rules: rulesOf(draft),
    permissions: permissionsOf(draft, known, holdings, mayKnowRelays),
    ...(placed && { relay: placed.relay, ...(placed.relay !== '' && { driver: placed.driver }) }),
    ...(placed?.each && { fanOut: fanOutOf(placed.each) }),
    ...(placed && waitsOf(draft, placed, isFirst, known, to)),
    ...relays,
    ...(mayKnowRelays && {
      limits: {
        timeoutMs: command.timeoutMs ?? to.commandTimeoutMs,
        ...limitsOf(command.limits),
        network: command.network,
        writableRoot: command.writableRoot,
        mounts: [...(command.mounts ?? [])],
        ...(command.image !== undefined && { image: command.image }),
        executable: [...command.executable],
      },
    }),
  };
}

function fanOutOf({ targets, waves, maxFailures, pauseMs }: FanOut): ExplainedCommand['fanOut'] {
  return { targets: targets.length, waves: [...waves], maxFailures, pauseMs };
}

/** What it would wait for: a relay where there is none, and its lock and its limit where others have them. */
function waitsOf(
  { entry, words }: CommandDraft,
  placed: CommandStage,
  isFirst: boolean,
  known: Known,
  { lockWaitMs }: ExplainedTo,
): Pick<ExplainedCommand, 'waits'> {
  const { command, fullName, bundle } = entry;
  const relayMs = placed.relay === '' ? relayWaitMs(command, placed) : undefined;
  if (relayMs === undefined && !needsTurn(command)) return {};
  const bound = isFirst ? invoke({ command, fullName, words }, {}, resolversOf(known)) : undefined;
  const lock = bound && !isRefusal(bound) ? bound.lock : command.lock;
  return {
    waits: {
      ...(relayMs !== undefined && { relayMs }),
      ...(lock !== undefined && { lock: `${bundle.name}:${lock}` }),
      ...(command.concurrency !== undefined && { concurrency: command.concurrency }),
      ...(needsTurn(command) && { lockMs: placed.wait?.ms ?? lockWaitMs }),
    },
  };
}

/** Whether a refusal comes once the rules of every command let it pass: who gets one may know of relays. */
function isAfterTheRules({ code, facts }: Refusal): boolean {
  return afterTheRules.has(code) || facts['relay'] !== undefined;
}

const afterTheRules: ReadonlySet<string> = new Set([
  'bad-selector',
  'no-relay',
  'relay-protected',
  'too-many-targets',
  'config-missing',
  'config-broken',
  'unknown-target',
]);

/** How its rules came out; those that nobody judged yet as they are written. */
function rulesOf({ entry, judged = [] }: CommandDraft): ExplainedRule[] {
  if (judged.length === 0)
    return entry.rules.map(({ text, from, name }) => ({
      rule: text,
      from,
      ...(name !== undefined && { name }),
    }));
  return judged.map(({ rule, from, name, denies, held, satisfied, missing }) => ({
    rule,
    from,
    ...(name !== undefined && { name }),
    ...(denies && { denies }),
    held,
    ...(satisfied !== undefined && { satisfied }),
    ...(missing && { missing: missing.map((way) => [...way]) }),
  }));
}

/** What its rules speak of, and what relays that are protected take. */
function permissionsOf(
  { entry }: CommandDraft,
  { asker, policy }: Known,
  holdings: Holdings,
  mayKnowRelays: boolean,
): ExplainedPermission[] {
  if (!asker) return [];
  const forRelays = mayKnowRelays && policy.protections.length > 0 ? ['relay:use'] : [];
  const names = new Set([...entry.rules.flatMap(permissionsIn), ...forRelays]);
  return [...names].map((name) => heldBy(name, asker, holdings));
}
