import { fieldReader, isField } from './field.js';
import type { DataRecord } from './records.js';
import { mostCharacters } from './size-fault.js';
import { valueText } from './value-text.js';

/** Where a template is wrong, in UTF-16 units from 0. */
export interface TemplateFault {
  readonly position: number;
  readonly expected: string;
}

/**
 * A text with `$name`, `$a.b[0]` and `${a.b:-default}` in it, to be filled in from records. The default stands for what is missing
 * or null; without one nothing does. `\$` is a dollar, `\n` a line end, `\t` a tab; a `$` that begins no field is itself.
 */
export function readTemplate(template: string): ((record: DataRecord) => string) | TemplateFault {
  const parts: (string | ((record: DataRecord) => string))[] = [];
  let at = 0;
  for (const match of template.matchAll(special)) {
    const { index } = match;
    parts.push(template.slice(at, index));
    at = index + match[0].length;
    if (match[0] === '${') return { position: index, expected: 'a field and a } behind ${' };
    const [, escaped, braced, bare] = match;
    if (escaped !== undefined) {
      parts.push(unescaped(escaped));
      continue;
    }
    const [, field, missing] = /^(.*?)(?::-(.*))?$/s.exec(bare ?? braced!)!;
    if (!isField(field!)) return { position: index, expected: 'a field in the braces, such as ${a.b[0]}' };
    const read = fieldReader(field!);
    const instead = missing?.replace(/\\([^])/g, '$1') ?? '';
    parts.push((record) => valueText(read(record) ?? instead));
  }
  parts.push(template.slice(at));
  return (record) => {
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : part(record);
      // A long field, named a thousand times, is refused by whoever counts; it must not be built first.
      if (text.length > mostCharacters) break;
    }
    return text;
  };
}

/** A text in which `\n` and `\t` stand for what people cannot type into a chat. */
export function withEscapes(text: string): string {
  return text.replace(/\\([nt\\])/g, (_, escaped: string) => unescaped(escaped));
}

/** An escape, `${…}`, `$name` as the command language has it, or a `${` that nothing closes. */
const special =
  /\\([nt\\$])|\$\{((?:\\[^]|[^\\}])*)\}|\$([\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*|\[\d{1,9}\])*)|\$\{/gu;

function unescaped(character: string): string {
  return { n: '\n', t: '\t' }[character] ?? character;
}
