export { ChatMessage } from './chat-message.js';
export { ChatReply, Block, ReplyMark } from './chat-reply.js';
export { Order, Cancel, Welcome, ToRelay, Limits, Mount, Asker, DriverName, Effect } from './order.js';
export { Report, Started, Output, FilePart, Finished, Refused, Outcome, OutputChunk } from './report.js';
export {
  fileLimits,
  FileKey,
  FileName,
  GivenFile,
  OrderFile,
  OutFile,
  OutFolder,
  LeftOutFile,
} from './files.js';
export { Heartbeat } from './heartbeat.js';
export { readCapability } from './capability.js';
export { DeadLetter } from './dead-letter.js';
export { topics, sealedText, type Topic } from './topics.js';
export { headerNames, type Headers } from './headers.js';
export { RelayName, AdapterName, ownAdapters, PermissionName } from './names.js';
export {
  transitions,
  nextState,
  isTerminal,
  ExecutionState,
  type ExecutionEvent,
  type Transition,
} from './execution-state.js';
export {
  ExplainedCommand,
  ExplainedPermission,
  ExplainedRelay,
  ExplainedRule,
  ExplainedStage,
  ExplainedValue,
  Explanation,
  HeldBy,
} from './explanation.js';
export { RelayMatch, RelayMatches } from './relay-match.js';
export { DecidingRule, PolicyDiff, PolicyDifference, PolicyVerdict } from './policy-diff.js';
export { refusal, isRefusal, Outage, isOutage, refusalCodes, outageCodes } from './failure.js';
export type { Refusal, RefusalCode, OutageCode, Facts } from './failure.js';
