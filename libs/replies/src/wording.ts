import type { OutageCode, Refusal, RefusalCode, Facts } from '@chasqui/contracts';
import { accessSentences } from './wording/access.js';
import { bindingSentences } from './wording/binding.js';
import { commandSentences } from './wording/commands.js';
import { configurationSentences } from './wording/configuration.js';
import { fanOutSentences } from './wording/fan-out.js';
import { fileSentences } from './wording/files.js';
import { filterSentences } from './wording/filters.js';
import { outageSentences } from './wording/outages.js';
import { paceSentences } from './wording/pace.js';
import { pipelineSentences } from './wording/pipelines.js';
import { queueSentences } from './wording/queues.js';
import { readFacts, type ReadFacts } from './wording/read-facts.js';
import { registrationRefusals } from './wording/registration.js';
import { relaySentences } from './wording/relays.js';
import { scheduleRefusals } from './wording/schedules.js';

/*
 * Every sentence of our own is written here and in wording/, from codes and facts; no other code composes prose. Each says what
 * is the matter and what to do next; plain, short, without blame, in lower case where it goes on from a name.
 */

const refusalSentences: Record<RefusalCode, (facts: ReadFacts) => string> = {
  ...commandSentences,
  ...configurationSentences,
  ...accessSentences,
  ...registrationRefusals,
  ...bindingSentences,
  ...filterSentences,
  ...fileSentences,
  ...relaySentences,
  ...pipelineSentences,
  ...fanOutSentences,
  ...paceSentences,
  ...queueSentences,
  ...scheduleRefusals,
};

/** What a person is told about a refusal: a line or a few, plain text. */
export function sentence(refusal: Refusal): string {
  return (refusalSentences[refusal.code] ?? unworded(refusal.code))(readFacts(refusal.facts));
}

/** What a person is told when something around us does not work. `code` may be one that a newer relay knows and we do not. */
export function outageSentence(code: string, facts: Facts = {}): string {
  return (outageSentences[code as OutageCode] ?? unworded(code))(readFacts(facts));
}

/** What a person is told when the fault is ours. */
export function bugSentence(runId: string): string {
  return `something went wrong inside Chasqui; it is not your fault. tell an administrator this run id: ${runId}`;
}

/** For a code from a newer process than this one. */
function unworded(code: string) {
  return (facts: ReadFacts) => {
    const detail = facts.text('detail');
    return detail ? `${detail} (${code})` : `it was not run: ${code}. an administrator can look it up`;
  };
}
