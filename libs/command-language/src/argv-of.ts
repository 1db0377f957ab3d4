import type { Bound, BoundValue } from './bound.js';

/** One piece of argv, as bundles write it: `${name}` in a text is a value, and `when` adds its `args` only if that value is there and on. */
export type ArgTemplate = string | { readonly when: string; readonly args: readonly string[] };

/**
 * What a program gets. Without templates: `--name=value` for each option in the order they are declared (`--name` for what is on, once for
 * each count and each item of a list), then the positionals, with `--` before them if one begins with a dash.
 *
 * With templates: what they say. A text with a value that is not there is left out; a text that is only one list is an argument for each of its
 * items; a list inside a text is joined by commas. Options win over positionals of the same name.
 */
export function argvOf(bound: Bound, templates?: readonly ArgTemplate[]): string[] {
  if (!templates) return [...bound.options.flatMap(optionWords), ...positionalWords(bound.positionals)];
  const values = new Map([...bound.positionals, ...bound.options].map((value) => [value.name, value]));
  return templates.flatMap((template) => {
    if (typeof template === 'string') return written(template, values);
    const value = values.get(template.when);
    if (!value || value.value === false || isLeftOut(value)) return [];
    return template.args.flatMap((text) => written(text, values));
  });
}

/** Whether a value says no more than its absence would: off, never, an empty list. */
export function isLeftOut({ value, onByDefault, type, texts }: BoundValue): boolean {
  return (value === false && !onByDefault) || (type === 'count' && value === 0) || texts.length === 0;
}

function optionWords(option: BoundValue): string[] {
  if (isLeftOut(option)) return [];
  const name = `--${option.name}`;
  if (option.type === 'count') return Array<string>(Number(option.value)).fill(name);
  if (option.value === true) return [name];
  return option.texts.map((text) => `${name}=${text}`);
}

function positionalWords(positionals: readonly BoundValue[]): string[] {
  const words = positionals.flatMap(({ list, variadic, texts }) =>
    list && !variadic ? [texts.join(',')] : texts,
  );
  return words.some((word) => word.startsWith('-')) ? ['--', ...words] : words;
}

const placeholder = /\$\{([^{}]*)\}/g;

function written(template: string, values: ReadonlyMap<string, BoundValue>): readonly string[] {
  const alone = /^\$\{([^{}]*)\}$/.exec(template);
  if (alone) return values.get(alone[1]!)?.texts ?? [];
  const names = Array.from(template.matchAll(placeholder), ([, name]) => name!);
  if (names.some((name) => !values.has(name) || values.get(name)!.texts.length === 0)) return [];
  return [template.replaceAll(placeholder, (_, name: string) => values.get(name)!.texts.join(','))];
}
