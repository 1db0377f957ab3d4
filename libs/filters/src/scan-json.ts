/** Where a text stops being JSON, and what would have been right there. */
export interface JsonFault {
  /** In UTF-16 units from 0. */
  readonly position: number;
  readonly expected: string;
}

/**
 * Walks over one JSON value (RFC 8259) from `start` on: where it ends, or where it is wrong, which JSON.parse does not always tell.
 * Keeps its own stack, so that no nesting is too deep for it.
 */
export function scanJson(text: string, start = 0): { readonly end: number } | JsonFault {
  const open: ('{' | '[')[] = [];
  let at = start;
  let wants: keyof typeof wanted = 'value';
  for (;;) {
    at = skipBlanks(text, at);
    const character = text[at];
    const inside = open.at(-1);
    if (wants === 'next' && inside === undefined) return { end: at };

    if (character === closer(inside) && (wants === 'next' || wants === 'item' || wants === 'member')) {
      open.pop();
      at++;
      wants = 'next';
    } else if (wants === 'next') {
      if (character !== ',') return { position: at, expected: `a comma or ${closer(inside)}` };
      at++;
      wants = inside === '{' ? 'name' : 'value';
    } else if (wants === 'name' || wants === 'member') {
      if (character !== '"') return { position: at, expected: wanted[wants] };
      const end = endOfString(text, at);
      if (typeof end !== 'number') return end;
      at = skipBlanks(text, end);
      if (text[at] !== ':') return { position: at, expected: 'a colon' };
      at++;
      wants = 'value';
    } else if (character === '{' || character === '[') {
      open.push(character);
      at++;
      wants = character === '{' ? 'member' : 'item';
    } else {
      const end = endOfScalar(text, at, wanted[wants]);
      if (typeof end !== 'number') return end;
      at = end;
      wants = 'next';
    }
  }
}

const wanted = {
  value: 'a value',
  item: 'a value or ]',
  name: 'a name in double quotes',
  member: 'a name in double quotes or }',
  next: 'a comma',
};

function closer(open: '{' | '[' | undefined): '}' | ']' | undefined {
  return open && (open === '{' ? '}' : ']');
}

const blanks = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const plain = /[^"\\\p{Cc}]*/uy;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function skipBlanks(text: string, at: number): number {
  return endOf(blanks, text, at)!;
}

function endOfScalar(text: string, at: number, expected: string): number | JsonFault {
  if (text[at] === '"') return endOfString(text, at);
  return endOf(scalar, text, at) ?? { position: at, expected };
}

function endOfString(text: string, start: number): number | JsonFault {
  let at = start + 1;
  for (;;) {
    at = endOf(plain, text, at)!;
    const character = text[at];
    if (character === '"') return at + 1;
    if (character === undefined) return { position: start, expected: 'a closing " for this one' };
    // DEL and the C1 controls are allowed as they are.
    const end = character >= '\x7f' ? at + 1 : endOf(escape, text, at);
    if (end === undefined) return { position: at, expected: 'an escape: \\n, \\" or \\u0041' };
    at = end;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
