export { sentence, outageSentence, bugSentence } from './wording.js';
export { bundleFaultSentence } from './wording/bundle-faults.js';
export { transcriptFaultSentence } from './wording/transcript-fault-sentence.js';
export { bundleDifferenceSentence, bundleDifferencesSentence } from './wording/bundle-differences.js';
export { configTypeWords } from './wording/configuration.js';
export { endSentence, type EndFacts, type RunEnd } from './wording/run-ends.js';
export { renderRun, renderRunning, type FinishedView, type RunningView } from './render-run.js';
export { renderRefusal, renderBug } from './render-refusal.js';
export { renderWaiting } from './render-waiting.js';
export { draw } from './render-records.js';
export {
  renderHelp,
  renderBundleHelp,
  renderCommandHelp,
  renderOwnHelp,
  type CommandEntry,
  type OwnEntry,
} from './render-help.js';
export { aliasSentences, inputHints, whichSentences } from './wording/help.js';
export { cancelSentences, type ToldRelay } from './wording/cancel.js';
export { evidenceSentence, retrySentences, type FailedAttempt, type RelayFault } from './wording/retries.js';
export {
  fanOutEnded,
  fanOutRunning,
  onRelays,
  targetState,
  missingSentence,
  type FanOutEnd,
  type LeftOutRelay,
} from './wording/fan-out.js';
export { droppedSentence, theWhole } from './wording/output.js';
export { fanOutTable, lastLine, type FanOutTargetView, type FanOutView } from './render-fan-out.js';
export { queuedSentence, waitWords, type Holder, type Queued, type ToldWait } from './wording/queues.js';
export { registrationSentences } from './wording/registration.js';
export { scheduleSentences, type ToldSchedule } from './wording/schedules.js';
export { renderWhoami } from './render-whoami.js';
export { renderRelays } from './render-relays.js';
export { renderRelayMatches } from './render-relay-matches.js';
export { renderExplanation } from './render-explanation.js';
export { verdictSentence } from './wording/explain.js';
export { quiet, remarked } from './remark.js';
export { rendered, type Rendered } from './rendered.js';
export { plainText } from './plain-text.js';
export { printable } from './printable.js';
export { clip, type Clipped } from './clip.js';
export {
  deprecatedSentence,
  redirectedSentence,
  runningStageSentence,
  sentToSentence,
  someFailedSentence,
  stageSentence,
} from './wording/pipelines.js';
export { readTemplate, type Template } from './templates/read-template.js';
export { renderTemplate } from './templates/render-template.js';
export {
  isTemplateFault,
  templateFaultCodes,
  type TemplateFault,
  type TemplateFaultCode,
} from './templates/template-fault.js';
export type { Envelope, EnvelopeRequest, EnvelopeResponse } from './templates/envelope.js';
export { runEnvelope, type RunFacts } from './templates/run-envelope.js';
export {
  pickTemplate,
  templateKinds,
  type PickedTemplate,
  type TemplateKind,
  type TemplateLevels,
  type TemplateTexts,
} from './templates/pick-template.js';
export { renderMessageWith, renderRunWith } from './templates/render-run-with.js';
export {
  convertGortTemplate,
  type ConvertedTemplate,
  type GortTemplateNote,
} from './gort-templates/convert-gort-template.js';
export { pointedAtTemplate, templateFaultSentence } from './wording/template-faults.js';
export { gortTemplateNoteSentence } from './wording/gort-template-notes.js';
export { exampleEnvelope, type ExampleData } from './templates/example-envelope.js';
export { checkTemplates, type TemplateComplaint, type TemplatedBundle } from './templates/check-templates.js';
export { cogFaultSentence, cogNoteSentence } from './wording/cog-notes.js';
export { fileNotes } from './render-run.js';
export { filesSentence, notKeptFile, notKeptSentence, type NotKeptFile } from './wording/files.js';
