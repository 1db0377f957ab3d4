import type { Tree } from './tree.js';

/** One access rule: `[bundle:command] [with CONDITION] (allow | must have PERMISSIONS)`. Plain data. */
export interface Rule {
  /** As it was written. */
  readonly text: string;
  /** `bundle:command`, where the rule names one. */
  readonly command?: string;
  /** Without one the rule always holds. */
  readonly condition?: Condition;
  /** Without any the rule is satisfied by everybody: `allow`. */
  readonly needs?: Needs;
}

/** What must be so for a rule to hold. */
export type Condition = Tree<Comparison>;

/** What somebody must have. `any in [a:x, b:y]` is read as `or`, `all in […]` as `and`. */
export type Needs = Tree<Permission>;

export interface Permission {
  readonly kind: 'permission';
  /** `bundle:name` */
  readonly name: string;
}

/** `[any|all] LEFT OPERATOR RIGHT`. With `any` or `all`, `left` is `args` or `options`. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly quantifier?: 'any' | 'all';
  readonly left: Operand;
  readonly operator: Operator;
  readonly right: Operand;
}

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';

export type Operand =
  | { readonly kind: 'arg'; readonly index: number }
  | { readonly kind: 'option'; readonly name: string }
  /** `arg` and `option` as wholes, after `any` and `all` and behind `in`. */
  | { readonly kind: 'args' }
  | { readonly kind: 'options' }
  | { readonly kind: 'list'; readonly of: readonly Literal[] }
  | Literal;

export type Literal =
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** As written, so that no digit is lost. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'regex'; readonly pattern: string };

/** Why a text is not a rule. `position` counts UTF-16 units from 0. */
export interface RuleFault {
  readonly kind: 'rule-fault';
  readonly position: number;
  readonly length?: number;
  /** What could have stood there: `an operator`, `a permission, written bundle:name`. */
  readonly expected: string;
  /** What stood there instead. */
  readonly found: string;
}

/** For what a parser returned; of all these shapes only a fault has this kind. */
export function isRuleFault(value: object): value is RuleFault {
  return 'kind' in value && value.kind === 'rule-fault';
}
