export { ChatMessage } from './chat-message.js';
export { ChatReply, Block, ReplyMark } from './chat-reply.js';
export { Order, Welcome, ToRelay, Limits, Mount, Asker, DriverName } from './order.js';
export { Report, Started, Output, Finished, Refused, Outcome, OutputChunk } from './report.js';
export { Heartbeat } from './heartbeat.js';
export { DeadLetter } from './dead-letter.js';
export { topics, sealedText, type Topic } from './topics.js';
export { headerNames, type Headers } from './headers.js';
export { RelayName, PermissionName } from './names.js';
export {
  transitions,
  nextState,
  isTerminal,
  ExecutionState,
  type ExecutionEvent,
  type Transition,
} from './execution-state.js';
export { refusal, isRefusal, Outage, isOutage, refusalCodes, outageCodes } from './failure.js';
export type { Refusal, RefusalCode, OutageCode, Facts } from './failure.js';
