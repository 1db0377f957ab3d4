import type { Block, Refusal } from '@chasqui/contracts';
import { rendered, type Rendered } from './rendered.js';
import { bugSentence, sentence } from './wording.js';
import { pointedAt } from './wording/syntax.js';
import { readFacts } from './wording/read-facts.js';

/** The reply to what was refused: the sentence, and for what could not be read the place in it, shown in the `line` as typed. */
export function renderRefusal(refusal: Refusal, line?: string): Rendered {
  const blocks: Block[] = [{ kind: 'text', text: sentence(refusal), tone: 'bad' }];
  const place = pointedAt(readFacts(refusal.facts), line);
  if (place !== undefined) blocks.push({ kind: 'code', text: place });
  return rendered('refused', blocks);
}

/** The reply when the fault is ours. */
export function renderBug(runId: string): Rendered {
  return rendered('error', [{ kind: 'text', text: bugSentence(runId), tone: 'bad' }]);
}
