import type { PolicyCase, PolicyTests } from '@chasqui/bundles/policy-tests';
import type { Explanation } from '@chasqui/contracts';
import { unaddressed } from '../lines/unaddressed.js';
import type { ApiClient } from '../server/api-client.js';
import { ServerError } from '../server/server-error.js';

/** What was expected of one part of an answer, and what came. */
export interface Mismatch {
  readonly what: 'expect' | 'relay' | 'needs' | 'says' | 'who';
  readonly expected: string;
  readonly found: string;
}

/** How a case came out: right, if nothing is amiss. */
export interface CaseResult {
  readonly file: string;
  /** Where it begins in the file, from 1. */
  readonly startsAt: number;
  readonly name: string;
  readonly mismatches: readonly Mismatch[];
  readonly explanation?: Explanation;
}

/** Asks the server why the line would be allowed or refused, and holds the answer against what the case expects. */
export async function runCase(
  api: ApiClient,
  file: string,
  one: PolicyCase,
  people: PolicyTests['people'] = {},
): Promise<CaseResult> {
  const name = one.name ?? `${typeof one.who === 'string' ? one.who : 'somebody'}: ${one.line}`;
  const about = { file, startsAt: one.startsAt, name };
  try {
    const explanation = await api.post<Explanation>('/simulate', suppositionOf(one, people));
    return { ...about, mismatches: mismatchesOf(one, explanation), explanation };
  } catch (thrown) {
    if (!(thrown instanceof ServerError) || thrown.code !== 'unknown-user') throw thrown;
    // Only a name can be unknown.
    return { ...about, mismatches: [{ what: 'who', expected: one.who as string, found: thrown.message }] };
  }
}

function suppositionOf(
  { who, line, where, at }: PolicyCase,
  people: NonNullable<PolicyTests['people']>,
): object {
  const imagined = typeof who === 'string' ? people[who] : who;
  return {
    line: unaddressed(line),
    ...(imagined ? { as: imagined } : { user: who }),
    ...where,
    ...(at !== undefined && { at }),
  };
}

/** Everything in which an answer is not what was expected. */
export function mismatchesOf(
  { expect, relay, needs, says }: Pick<PolicyCase, 'expect' | 'relay' | 'needs' | 'says'>,
  { outcome, refusal, stages }: Explanation,
): Mismatch[] {
  const [verdict, code] = expect.split(' ');
  const found = refusal ? `refused ${refusal.code}` : 'allowed';
  const isSo = verdict === (outcome === 'refused' ? 'refused' : 'allowed');
  const relays = stages.flatMap((stage) => (stage.kind === 'command' && stage.relay ? [stage.relay] : []));
  const wanted = needs === undefined ? undefined : [needs].flat().toSorted().join(' and ');
  const ways = (refusal?.missing ?? []).map((way) => way.toSorted().join(' and '));
  return [
    ...(isSo && (code === undefined || code === refusal?.code)
      ? []
      : [
          {
            what: 'expect' as const,
            expected: expect,
            found: refusal ? `${found}: ${refusal.message}` : found,
          },
        ]),
    ...(relay === undefined || relays.includes(relay)
      ? []
      : [{ what: 'relay' as const, expected: relay, found: relays.join(', ') || 'none' }]),
    ...(wanted === undefined || ways.includes(wanted)
      ? []
      : [{ what: 'needs' as const, expected: wanted, found: ways.join(', or ') || 'nothing is lacking' }]),
    ...(says === undefined || refusal?.message.includes(says)
      ? []
      : [{ what: 'says' as const, expected: says, found: refusal?.message ?? 'no refusal' }]),
  ];
}
