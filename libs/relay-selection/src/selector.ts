/** Which relays will do: all requirements must hold; none at all means any relay. Plain data. */
export interface Selector {
  readonly requirements: readonly Requirement[];
}

/** One requirement. `k=v` is `in` with one value, `k!=v` is `notin` with one. The key `name` means the relay's own name. */
export type Requirement =
  | { readonly kind: 'in' | 'notin'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'exists' | 'absent'; readonly key: string };

/** A relay's tag, `key` or `key=value`. */
export interface Tag {
  readonly key: string;
  readonly value?: string;
}

/** Why a text is not a selector, or not a tag. `position` counts UTF-16 units from 0. */
export interface SelectorFault {
  readonly kind: 'selector-fault';
  readonly position: number;
  readonly length?: number;
  readonly expected: string;
}

export function isSelectorFault(value: Selector | Tag | SelectorFault): value is SelectorFault {
  return 'kind' in value;
}
