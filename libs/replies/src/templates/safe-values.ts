import { shown } from './shown.js';
import { oneLine } from './tidy.js';

/** `#rrggbb`, from that or from `#rgb`; undefined for anything else. */
export function colorOf(value: unknown): string | undefined {
  const color = shown(value).trim().toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(color)) return color;
  return /^#[0-9a-f]{3}$/.test(color) ? color.replaceAll(/[0-9a-f]/g, '$&$&') : undefined;
}

/** An address on the web, or undefined: no other scheme may become something that a person clicks on. */
export function webAddress(value: unknown): string | undefined {
  const text = oneLine(shown(value));
  if (text.length > 2_000 || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).href;
}
