export type {
  Comparison,
  Condition,
  FactName,
  Literal,
  Needs,
  Operand,
  Operator,
  Permission,
  Rule,
  RuleFault,
} from './rule.js';
export { isRuleFault } from './rule.js';
export type { Tree } from './tree.js';
export { parseRule } from './parse-rule.js';
export type { Joining } from './parse-tree.js';
export { printRule } from './print-rule.js';
export { looksAtRelay, optionsIn, permissionsIn, surroundingsIn, type Surrounding } from './names-in.js';
export { origins, type Origin, type RuleFacts, type RuleOption, type Surroundings } from './facts.js';
export { judge, type Allowed, type Denied, type RuleOutcome, type Verdict } from './judge.js';
export { couldAllow, type FactsSoFar } from './could-allow.js';
export { seenIn, type Seen } from './seen-in.js';
export type { Way } from './ways.js';
