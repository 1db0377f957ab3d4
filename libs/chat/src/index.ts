export type { Chat, Hear } from './chat.js';
export { credentialOf, type Credential } from './credential.js';
export { takeReplies, type ReplyFault } from './take-replies.js';
export { joinChat, publishTo, type JoinOptions } from './join-chat.js';
export { hearOnce } from './hear-once.js';
export { placeOf, showLatest } from './show-latest.js';
export { Recent } from './recent.js';
