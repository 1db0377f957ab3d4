/** A value as Liquid writes it: `before` are the tags that it needs to stand before it, `filters` what is piped behind it. */
export interface LiquidValue {
  readonly before: string;
  readonly value: string;
  readonly filters: readonly string[];
  /** A list, which Go prints with blanks between. */
  readonly list?: true;
}

export function plain(value: string, before = ''): LiquidValue {
  return { before, value, filters: [] };
}

/** With one filter more. */
export function filtered(one: LiquidValue, filter: string, before = ''): LiquidValue {
  return { before: before + one.before, value: one.value, filters: [...one.filters, filter] };
}

/** Value and filters, as they stand in an output, behind `=` or in a condition. */
export function written({ value, filters }: LiquidValue): string {
  return [value, ...filters].join(' | ');
}

/** A text in Liquid's quotes. `%}` would end a tag even inside them. */
export function quoted(text: string): string {
  const inside = JSON.stringify(text).replaceAll('%}', '\\u0025}');
  return inside;
}

/** Text between tags that Liquid takes for text. */
export function asText(text: string): string {
  return text.replaceAll('{%', '{{ "{" }}%').replace(/\{$/, '{{ "{" }}');
}
