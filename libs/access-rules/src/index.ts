export type {
  Comparison,
  Condition,
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
export { optionsIn, permissionsIn } from './names-in.js';
export type { RuleFacts, RuleOption } from './facts.js';
export { judge, type Allowed, type Denied, type RuleOutcome, type Verdict } from './judge.js';
export type { Way } from './ways.js';
