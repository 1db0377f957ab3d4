import { permissionsIn } from '@chasqui/access-rules';
import type { ExplainedCommand, ExplainedPermission, ExplainedRule, Refusal } from '@chasqui/contracts';
import { resolversOf } from '../commands/invoke.js';
import type { Known } from '../commands/known.js';
import { limitsOf } from '../commands/limits.js';
import type { CommandDraft, CommandStage } from '../commands/plan.js';
import { boundValues } from './bound-values.js';
import { explainRelays } from './explain-relays.js';
import { heldBy, type Holdings } from './holdings.js';

/** Who is told, and what of the installation's own settings an explanation speaks of. */
export interface ExplainedTo {
  /** Whether they may know of relays that the person may not use. */
  readonly seesRelays: boolean;
  /** How long a command may take that does not say, in milliseconds. */
  readonly commandTimeoutMs: number;
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
    ...(placed && { relay: placed.relay, driver: placed.driver }),
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

/** Whether a refusal comes once the rules of every command let it pass: who gets one may know of relays. */
function isAfterTheRules({ code, facts }: Refusal): boolean {
  return afterTheRules.has(code) || facts['relay'] !== undefined;
}

const afterTheRules: ReadonlySet<string> = new Set([
  'bad-selector',
  'no-relay',
  'relay-protected',
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
