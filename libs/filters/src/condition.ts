/** What `where` asks of a record, as a tree of plain data. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  /** The record has the field, and it is not null. */
  | { readonly kind: 'exists'; readonly field: string }
  | {
      readonly kind: 'compare';
      readonly field: string;
      readonly operator: Operator;
      /** As typed, without its quotes. For `~` and `!~` an RE2 pattern. */
      readonly value: string;
    };

export const operators = ['=', '!=', '<', '<=', '>', '>=', '~', '!~'] as const;
export type Operator = (typeof operators)[number];
