import type { Requirement, Selector, SelectorFault } from './selector.js';
import { isKey, isValue } from './tag-words.js';

/**
 * Reads a selector in the Kubernetes label-selector grammar
 * (kubernetes.io, "Labels and Selectors", set-based requirements): a comma-separated list of `k=v`, `k==v`, `k!=v`,
 * `k in (a,b)`, `k notin (a,b)`, `k` and `!k`. Blank text is the selector that every relay matches.
 */
export function parseSelector(text: string): Selector | SelectorFault {
  const requirements: Requirement[] = [];
  const tokens = tokensOf(text);
  if (tokens.length === 1) return { requirements };

  let at = 0;
  const next = (): Token => tokens[at]!;
  const took = (what: string): boolean => next().text === what && ++at > 0;
  const fault = (expected: string): SelectorFault => {
    const { start, text: found } = next();
    return { kind: 'selector-fault', position: start, ...(found && { length: found.length }), expected };
  };

  do {
    const requirement = readRequirement();
    if (isFault(requirement)) return requirement;
    requirements.push(requirement);
  } while (took(','));
  return next().text === '' ? { requirements } : fault('a comma');

  function readRequirement(): Requirement | SelectorFault {
    const absent = took('!');
    if (!isKey(next().text)) return fault('a key');
    const key = next().text;
    at++;
    if (absent) return { kind: 'absent', key };
    if (took('=') || took('==')) return readValue('in', key);
    if (took('!=')) return readValue('notin', key);
    if (took('in')) return readValues('in', key);
    if (took('notin')) return readValues('notin', key);
    if (next().text !== '' && next().text !== ',') return fault('=, !=, in, notin or a comma');
    return { kind: 'exists', key };
  }

  /** A value may be empty: `k=` asks for a tag without one. */
  function readValue(kind: 'in' | 'notin', key: string): Requirement | SelectorFault {
    if (next().text === '' || next().text === ',') return { kind, key, values: [''] };
    if (!isValue(next().text)) return fault('a value');
    const values = [next().text];
    at++;
    return { kind, key, values };
  }

  function readValues(kind: 'in' | 'notin', key: string): Requirement | SelectorFault {
    if (!took('(')) return fault('(');
    const values: string[] = [];
    do {
      if (!isValue(next().text)) return fault('a value');
      values.push(next().text);
      at++;
    } while (took(','));
    return took(')') ? { kind, key, values } : fault('a comma or )');
  }
}

interface Token {
  readonly text: string;
  readonly start: number;
}

/** The words and signs of the text, and an empty one for its end. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(/==|!=|[=!,()]|[^\s=!,()]+/g)) {
    tokens.push({ text: match[0], start: match.index });
  }
  tokens.push({ text: '', start: text.length });
  return tokens;
}

function isFault(value: Requirement | SelectorFault): value is SelectorFault {
  return value.kind === 'selector-fault';
}
