import type { Bound, BoundValue } from './bound.js';

/**
 * The values as environment variables: `CHASQUI_OPT_DRY_RUN`, `CHASQUI_ARG_SERVICE`. A list is JSON, anything else the text that a program
 * gets in argv. What is off, or counted never, is there too, as `false` and `0`.
 */
export function variablesOf(bound: Bound): Record<string, string> {
  const variables = new Map<string, string>();
  for (const value of bound.options) variables.set(variableName('OPT', value.name), written(value));
  for (const value of bound.positionals) variables.set(variableName('ARG', value.name), written(value));
  return Object.fromEntries(variables);
}

function variableName(kind: 'OPT' | 'ARG', name: string): string {
  return `CHASQUI_${kind}_${name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')}`;
}

/** Numbers of a list are numbers, durations the texts they were. */
function written({ value, texts, list }: BoundValue): string {
  if (!list) return texts[0]!;
  return JSON.stringify(texts.map((text, index) => numberAt(value, text, index)));
}

function numberAt(value: BoundValue['value'], text: string, index: number): unknown {
  const one: unknown = typeof value === 'object' ? value[index] : undefined;
  return typeof one === 'number' && /^[-\d.eE+]+$/.test(text) ? one : text;
}
