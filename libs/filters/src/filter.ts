import type { DataRecord } from './records.js';
import type { Condition } from './condition.js';

/** The filters' names, in the order in which help lists them. */
export const filterNames = [
  'where',
  'sort',
  'head',
  'tail',
  'count',
  'sum',
  'unique',
  'pluck',
  'group',
  'table',
  'json',
  'text',
  'join',
  'seed',
  'echo',
] as const;
export type FilterName = (typeof filterNames)[number];

/** A filter with its words read and checked. Plain data: it is stored with the run and applied by any instance. Fields are as typed. */
export type Filter =
  | { readonly kind: 'where'; readonly condition: Condition }
  | { readonly kind: 'sort'; readonly by: readonly SortField[] }
  | { readonly kind: 'head' | 'tail'; readonly most: number }
  | { readonly kind: 'count' | 'unique'; readonly by: readonly string[] }
  | { readonly kind: 'sum'; readonly fields: readonly string[] }
  | { readonly kind: 'pluck'; readonly fields: readonly NamedField[] }
  | { readonly kind: 'group'; readonly by: readonly string[]; readonly aggregates: readonly Aggregate[] }
  | { readonly kind: 'table'; readonly columns: readonly string[] }
  | { readonly kind: 'json' }
  | { readonly kind: 'text'; readonly field?: string; readonly template?: string }
  | { readonly kind: 'join'; readonly separator: string }
  | { readonly kind: 'seed'; readonly records: readonly DataRecord[] }
  | { readonly kind: 'echo'; readonly text: string };

export interface SortField {
  readonly field: string;
  readonly descending: boolean;
}

/** A field under the name that it gets. */
export interface NamedField {
  readonly name: string;
  readonly field: string;
}

/** What `group` works out of each group. `count` needs no field. */
export type Aggregate =
  | { readonly name: string; readonly of: 'count' }
  | { readonly name: string; readonly of: 'sum' | 'avg' | 'min' | 'max'; readonly field: string };
