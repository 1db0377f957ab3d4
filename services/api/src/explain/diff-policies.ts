import type { CommandLine } from '@chasqui/command-language';
import { refusal, type PolicyDifference, type PolicyVerdict, type Refusal } from '@chasqui/contracts';
import { sentence } from '@chasqui/replies';
import type { Catalogue, Entry } from '../commands/catalogue.js';
import { decide, type Decision } from '../commands/decide.js';
import type { Known, KnownAsker } from '../commands/known.js';
import { mayRun } from '../commands/may-run.js';
import { deciding, differing } from './deciding-rules.js';

/** People who hold the same, and so are decided alike: as they are before a change, and after it. */
export interface Alike {
  readonly users: readonly string[];
  readonly before: KnownAsker;
  readonly after: KnownAsker;
}

/** A line, and what is known for it before a change and after; neither says who asks. */
export interface TriedLine {
  readonly line: CommandLine | Refusal;
  readonly text: string;
  readonly before: Known;
  readonly after: Known;
}

/** Whether people may run a command in any way at all, before and after. Undefined where nothing changes. */
export function commandDifference(
  fullName: string,
  [before, after]: readonly [Catalogue, Catalogue],
  people: Alike,
): PolicyDifference | undefined {
  const entries = [before, after].map((catalogue) => catalogue.byFullName.get(fullName));
  const [was, is] = entries as [Entry | undefined, Entry | undefined];
  const verdicts = [inAnyWay(fullName, was, people.before), inAnyWay(fullName, is, people.after)] as const;
  const kind = kindOf(...verdicts);
  if (!kind) return undefined;
  const because = differing(was?.rules ?? [], is?.rules ?? []);
  return {
    kind,
    users: [...people.users],
    command: fullName,
    before: verdicts[0],
    after: verdicts[1],
    because,
  };
}

/** What comes of a line for people, before and after. Undefined where nothing changes. */
export function lineDifference(tried: TriedLine, people: Alike): PolicyDifference | undefined {
  const was = decide(tried.line, { ...tried.before, asker: people.before });
  const is = decide(tried.line, { ...tried.after, asker: people.after });
  const [before, after] = [verdictOf(was), verdictOf(is)];
  const kind = kindOf(before, after);
  if (!kind) return undefined;
  return {
    kind,
    users: [...people.users],
    line: tried.text,
    before,
    after,
    because: deciding(was, is, kind),
  };
}

function inAnyWay(fullName: string, entry: Entry | undefined, asker: KnownAsker): PolicyVerdict {
  if (!entry) return refusedBy(refusal('unknown-command', { name: fullName }));
  if (mayRun(entry, asker)) return { outcome: 'allowed' };
  return {
    outcome: 'refused',
    code: 'not-allowed',
    message: `no rule of ${fullName} lets them run it, whatever they type`,
  };
}

function verdictOf(decision: Decision): PolicyVerdict {
  if (decision.kind === 'refused') return refusedBy(decision.refusal);
  if (decision.kind !== 'plan') return { outcome: 'allowed' };
  const relays = decision.stages.flatMap((stage) => (stage.kind === 'command' ? [stage.relay] : []));
  return { outcome: 'allowed', ...(relays.length > 0 && { relay: relays.join(', ') }) };
}

function refusedBy(why: Refusal): PolicyVerdict {
  return { outcome: 'refused', code: why.code, message: sentence(why) };
}

function kindOf(before: PolicyVerdict, after: PolicyVerdict): PolicyDifference['kind'] | undefined {
  if (before.outcome !== after.outcome) return after.outcome === 'allowed' ? 'gains' : 'loses';
  const differs =
    before.code !== after.code || before.message !== after.message || before.relay !== after.relay;
  return differs ? 'changes' : undefined;
}
