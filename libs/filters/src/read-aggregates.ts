import type { Word } from '@chasqui/command-language';
import { isField } from './field.js';
import type { Aggregate } from './filter.js';

/** The words behind `group`: fields to group by, and what is asked of each group; or the first word that is neither. */
export function readAggregates(words: readonly Word[]): {
  readonly keys: readonly Word[];
  readonly aggregates: readonly Aggregate[];
  readonly wrongWord?: Word;
} {
  const keys: Word[] = [];
  const aggregates: Aggregate[] = [];
  for (const word of words) {
    const [, name, of, field] = /^(?:([^=[\]]*)=)?(count|sum|avg|min|max)(?::(.*))?$/s.exec(word.text) ?? [];
    const asked = of !== undefined && (of === 'count' || field !== undefined);
    if (!asked) {
      if (/[=:]/.test(word.text)) return { keys, aggregates, wrongWord: word };
      keys.push(word);
    } else if (
      name === '' ||
      (of === 'count') !== (field === undefined) ||
      (field !== undefined && !isField(field))
    ) {
      return { keys, aggregates, wrongWord: word };
    } else if (of === 'count') {
      aggregates.push({ name: name ?? 'count', of });
    } else {
      aggregates.push({ name: name ?? plainName(of, field!), of: of as 'sum', field: field! });
    }
  }
  return { keys, aggregates };
}

/** `sum_size`, `max_a_b`: a name that a variable can have. */
function plainName(of: string, field: string): string {
  return `${of}_${field.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_|_$/g, '')}`;
}
