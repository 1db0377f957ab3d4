import type { Block, ExplainedCommand, Explanation } from '@chasqui/contracts';
import { rendered, type Rendered } from './rendered.js';
import {
  hiddenRelaysWords,
  limitsWords,
  moreRelaysWords,
  permissionWords,
  relayWords,
  selectorWords,
  ruleWords,
  stageWords,
  valuesWords,
  verdictSentence,
  waitsWords,
  wavesWords,
  whereWords,
  whoWords,
} from './wording/explain.js';

/** As many relays as anybody would read. */
const mostRelays = 12;

/** Why a line would be allowed or refused: the verdict, and under it what was looked at, in the order in which it was. */
export function renderExplanation(explanation: Explanation): Rendered {
  const { line, typed, outcome, refusal, who, where, stages, targets } = explanation;
  const head = [
    field('line', line),
    ...(typed === undefined ? [] : [field('typed', typed)]),
    field('who', whoWords(who)),
    field('where', whereWords(where)),
  ];
  const parts = stages.map((stage, index) => [
    field(stages.length > 1 ? `stage ${index + 1}` : 'command', stageWords(stage)),
    ...(stage.kind === 'command' ? fieldsOf(stage, where.at) : []),
  ]);
  const blocks: Block[] = [
    { kind: 'text', text: verdictSentence(explanation), tone: outcome === 'refused' ? 'bad' : 'good' },
    ...(refusal?.place === undefined ? [] : [{ kind: 'code', text: refusal.place } as const]),
    {
      kind: 'fields',
      fields: [
        ...head,
        ...parts.flat(),
        ...(targets.length > 0 ? [field('result to', targets.join(', '))] : []),
      ],
    },
  ];
  return rendered('succeeded', blocks);
}

interface Field {
  readonly name: string;
  readonly value: string;
}

function fieldsOf(stage: ExplainedCommand, now: number): Field[] {
  const values = valuesWords(stage);
  const { relays = [], hiddenRelays = 0, selector, limits } = stage;
  const shown = relays.slice(0, mostRelays).map((relay) => relayWords(relay, now));
  if (relays.length > shown.length) shown.push(moreRelaysWords(relays.length - shown.length));
  if (hiddenRelays > 0) shown.push(hiddenRelaysWords(hiddenRelays));
  return [
    ...(values === undefined ? [] : [field('words', values)]),
    ...stage.rules.map((rule) => field('rule', ruleWords(rule, stage))),
    ...stage.permissions.map((permission) => field('permission', permissionWords(permission))),
    ...(selector ? [field('selector', selectorWords(selector, stage.selectors))] : []),
    ...(stage.fanOut ? [field('waves', wavesWords(stage.fanOut))] : []),
    ...(stage.waits ? waitsWords(stage.waits).map((words) => field('waits', words)) : []),
    ...shown.map((words) => field('relay', words)),
    ...(limits ? [field('limits', limitsWords(limits))] : []),
  ];
}

function field(name: string, value: string): Field {
  return { name, value };
}
