import type { Tree } from './tree.js';

/** One access rule: `[bundle:command] [with CONDITION] (allow | deny | must have PERMISSIONS)`. Plain data. */
export interface Rule {
  /** As it was written. */
  readonly text: string;
  /** `bundle:command`, where the rule names one. */
  readonly command?: string;
  /** Without one the rule always holds. */
  readonly condition?: Condition;
  /** Without any the rule is satisfied by everybody: `allow`. */
  readonly needs?: Needs;
  /** `deny`: satisfied by nobody. */
  readonly deny?: true;
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

/** `[any|all] LEFT OPERATOR RIGHT`. With `any` or `all`, `left` is `args`, `options`, `groups` or a `tag`. */
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
  /** `group`: the names of the groups that the asker is in; a whole as well. */
  | { readonly kind: 'groups' }
  /** `relay["dc"]`: the values of a tag of the relay; alone it is any of them, and it may stand as a whole. */
  | { readonly kind: 'tag'; readonly key: string }
  /** `channel`, `adapter`, `direct`, `origin`, `application`, `relay`. */
  | { readonly kind: 'fact'; readonly name: FactName }
  /** `time("Europe/Berlin")` and `weekday("Europe/Berlin")`; the zone is of the IANA database. */
  | { readonly kind: 'time' | 'weekday'; readonly zone: string }
  | { readonly kind: 'list'; readonly of: readonly Literal[] }
  | Literal;

/** Where a command is said and runs, each a word of the language. */
export const factNames = ['channel', 'adapter', 'direct', 'origin', 'application', 'relay'] as const;
export type FactName = (typeof factNames)[number];

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
