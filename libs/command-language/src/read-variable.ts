import type { Refusal } from '@chasqui/contracts';
import type { Variable } from './command-line.js';
import { syntaxFault } from './syntax-fault.js';

/**
 * The variable that begins with the `$` at `start`, or undefined if this `$` is only itself: it is a variable before a letter, `_` and `{`.
 * - `$a.b[0]` goes as far as names and numbers go: `$file.` is `$file` and a dot, `$a-b` is `$a` and `-b`.
 * - In `${a.b[0]}` a name may have `-` in it too. `${a:-text}` says what stands for it where it has no value: all up to the `}`, in which a
 *   backslash escapes any character and quotes are themselves.
 */
export function readVariable(text: string, start: number): Variable | Refusal | undefined {
  if (text[start + 1] === '{') return readBraced(text, start);
  bare.lastIndex = start + 1;
  const path = bare.exec(text)?.[0];
  return path === undefined ? undefined : variable(text, start, start + 1 + path.length, path);
}

const bare = /[\p{L}_][\p{L}\p{M}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_]*|\[\d{1,9}\])*/uy;
const braced = /[\p{L}_][\p{L}\p{M}\p{N}_-]*(?:\.[\p{L}_][\p{L}\p{M}\p{N}_-]*|\[\d{1,9}\])*/uy;
const step = /[^.[\]]+/g;

function readBraced(text: string, start: number): Variable | Refusal {
  braced.lastIndex = start + 2;
  const path = braced.exec(text)?.[0];
  const at = start + 2 + (path?.length ?? 0);
  if (path !== undefined && text[at] === '}') return variable(text, start, at + 1, path);
  if (path === undefined || !text.startsWith(':-', at)) {
    if (at === text.length) return unterminated(start);
    return syntaxFault('bad-variable', start, 'a field, like ${name} or ${name:-default}', at + 1 - start);
  }
  const read = readDefault(text, at + 2);
  return read ? variable(text, start, read.end, path, read.text) : unterminated(start);
}

function readDefault(text: string, start: number): { text: string; end: number } | undefined {
  const pieces: string[] = [];
  let from = start;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '}') return { text: pieces.join('') + text.slice(from, at), end: at + 1 };
    if (text[at] !== '\\') continue;
    pieces.push(text.slice(from, at));
    from = ++at;
  }
  return undefined;
}

function unterminated(start: number): Refusal {
  return syntaxFault('unterminated-variable', start, 'a closing }', 2);
}

function variable(text: string, start: number, end: number, path: string, fallback?: string): Variable {
  const [name, ...more] = path.match(step) as [string, ...string[]];
  return {
    raw: text.slice(start, end),
    path: [name, ...more.map((one) => (/^\d/.test(one) ? Number(one) : one))],
    ...(fallback !== undefined && { default: fallback }),
    start,
    end,
  };
}
