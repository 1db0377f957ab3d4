export type { CommandLine, Redirect, Span, Stage, Variable, Word } from './command-line.js';
export type { SyntaxFacts, SyntaxProblem } from './syntax-fault.js';
export { parseLine } from './parse-line.js';
export { printLine } from './print-line.js';
export { quoteWord } from './quote-word.js';
export { splitName, type CommandName } from './split-name.js';
export { readWords, type ReadWords } from './read-words.js';
export type { GivenOption } from './given-option.js';
export { longestWait, takePlacement, type On, type OnEach, type Placement } from './take-placement.js';
export type { Amount } from './read-amount.js';
export { fill, variablesIn, type VariableFacts } from './fill.js';
export { suggest } from './suggest.js';
export {
  valueTypes,
  type Declarations,
  type ItemType,
  type OptionDeclaration,
  type PositionalDeclaration,
  type Value,
  type ValueDeclaration,
  type ValueType,
} from './declaration.js';
export type { Bound, BoundFacts, BoundValue, Resolve } from './bound.js';
export type { ArgumentFacts, ArgumentProblem, ArgumentProblemKind } from './argument-problem.js';
export { bind } from './bind.js';
export { argvOf, type ArgTemplate } from './argv-of.js';
export { variablesOf } from './variables-of.js';
export { usageOf, type Usage, type UsageRow } from './usage-of.js';
export { maskLine, maskedPosition } from './mask-line.js';
export {
  isValueProblem,
  readValue,
  type ItemDeclaration,
  type ReadValue,
  type ValueProblem,
} from './read-value.js';
export { durationText, readDuration } from './read-duration.js';
