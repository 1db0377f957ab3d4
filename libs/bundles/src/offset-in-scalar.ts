/** Nobody writes a longer rule, and the walk need not be quick. */
const longest = 5000;

/**
 * Where the character of a scalar's value stands in the text that was written for it. `written` is the scalar as in the file, with
 * quotes, escapes, block header and indentation; both are walked side by side. Where they part (an odd escape, a very long text)
 * the answer is the scalar's beginning.
 */
export function offsetInScalar(written: string, value: string, offset: number): number {
  if (value.length > longest || written.length > 4 * longest) return 0;
  let at = start(written);
  for (let read = 0; ; read++) {
    at += layoutAt(written, at, value, read);
    if (read >= offset || read >= value.length) return Math.min(at, written.length);
    const length = lengthOf(written, at, value[read]!);
    if (length === 0) return 0;
    at += length;
  }
}

/** Behind the opening quote, or behind a block's header line. */
function start(written: string): number {
  if (written[0] === '"' || written[0] === "'") return 1;
  if (written[0] !== '|' && written[0] !== '>') return 0;
  const header = written.indexOf('\n');
  return header < 0 ? written.length : header + 1;
}

/** How much of the white space here is indentation and folded lines: what is written more than the value has. */
function layoutAt(written: string, at: number, value: string, read: number): number {
  const space = blanksAt(written, at);
  if (written[at - 1] !== '\n' && !space.includes('\n')) return 0;
  return Math.max(0, space.length - blanksAt(value, read).length);
}

function blanksAt(text: string, at: number): string {
  return /^\s*/.exec(text.slice(at))![0];
}

/** How many written characters make this one; 0 where it is not found there. */
function lengthOf(written: string, at: number, character: string): number {
  if (written[0] === '"' && written[at] === '\\') return { x: 4, u: 6, U: 10 }[written[at + 1]!] ?? 2;
  if (written[0] === "'" && written.startsWith("''", at) && character === "'") return 2;
  const same = written[at] === character || (/\s/.test(character) && /\s/.test(written[at] ?? ''));
  return same ? 1 : 0;
}
