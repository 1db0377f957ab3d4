/**
 * Finds JSON objects and lists in a line. The function returned says where the one ends whose bracket stands at `start`, or undefined if
 * what begins there is no valid JSON (RFC 8259).
 *
 * What was found out of a bracket is kept, also of those inside, so that a line of brackets and quotes is read in linear time: a bracket is
 * looked into once, and a place can only be read in two ways, inside or outside of a string.
 */
export function jsonWords(text: string): (start: number) => number | undefined {
  /** By the place of a bracket: where it ends, or 0 if it is not JSON. */
  const known = new Map<number, number>();
  return (start) => {
    const end = known.get(start) ?? look(text, start, known);
    return end === 0 ? undefined : end;
  };
}

type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'comma-or-end';

/** Reads with a stack of its own, so that no depth is too deep. */
function look(text: string, start: number, known: Map<number, number>): number {
  const open: number[] = [];
  let at = start;
  let expected: Expected = 'value';
  for (;;) {
    const character = text[at];
    if (character === ' ' || character === '\t' || character === '\n' || character === '\r') {
      at++;
    } else if (expected === 'comma-or-end' && character === ',') {
      at++;
      expected = text[open.at(-1)!] === '{' ? 'key' : 'value';
    } else if (isEnd(character, expected, text[open.at(-1)!])) {
      const opened = open.pop()!;
      at++;
      known.set(opened, at);
      if (open.length === 0) return at;
      expected = 'comma-or-end';
    } else if (expected === 'key' || expected === 'key-or-end') {
      const end = character === '"' ? endOfString(text, at) : 0;
      const colon = end && endOf(/[ \t\n\r]*:/y, text, end);
      if (colon === 0) break;
      at = colon;
      expected = 'value';
    } else if (expected === 'comma-or-end') {
      break;
    } else if (character === '{' || character === '[') {
      const earlier = known.get(at);
      if (earlier === 0) break;
      if (earlier !== undefined) {
        at = earlier;
        expected = 'comma-or-end';
        continue;
      }
      open.push(at++);
      expected = character === '{' ? 'key-or-end' : 'value-or-end';
    } else {
      const end = character === '"' ? endOfString(text, at) : endOf(scalar, text, at);
      if (end === 0) break;
      at = end;
      expected = 'comma-or-end';
    }
  }
  for (const one of open) known.set(one, 0);
  known.set(start, 0);
  return 0;
}

function isEnd(character: string | undefined, expected: Expected, opened: string | undefined): boolean {
  if (expected === 'value' || expected === 'key') return false;
  return opened === '{' ? character === '}' : opened === '[' && character === ']';
}

const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
/** Control characters other than these are in no line. */
const plain = /[^"\\\t\n\r]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where the string that begins at `start` ends, or 0. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    at = endOf(plain, text, at);
    if (text[at] === '"') return at + 1;
    at = endOf(escape, text, at);
    if (at === 0) return 0;
  }
}

/** Where a match that begins at `start` ends, or 0 if there is none. */
function endOf(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : 0;
}
