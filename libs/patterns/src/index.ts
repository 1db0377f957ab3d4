export { patternFault } from './pattern-fault.js';
export { matches, matchesWhole, patternTest } from './matches.js';
