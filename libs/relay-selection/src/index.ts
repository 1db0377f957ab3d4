export type { Requirement, Selector, SelectorFault, Tag } from './selector.js';
export { isSelectorFault } from './selector.js';
export { parseSelector } from './parse-selector.js';
export { parseTag } from './parse-tag.js';
export { printSelector } from './print-selector.js';
export { matches } from './matches.js';
export {
  canRun,
  choose,
  compareLoad,
  type Choice,
  type Chosen,
  type Need,
  type NoneChosen,
} from './choose.js';
export { considerRelays, type Considered } from './consider.js';
export { previewRelays, type Previewed } from './preview.js';
export type { NoRelayFacts, Unavailable } from './explain.js';
export { driverFor, fitsPlatform, isFull, platformsOf, takesWork } from './relay-view.js';
export type { NeededDriver, RelayState, RelayView, Runnable } from './relay-view.js';
export type { BadSelector, SelectorFrom, SelectorSource } from './wanted.js';
