import type { Facts } from '@chasqui/contracts';

/** Reads facts that may come from an older row or another process: what is missing or of another shape is undefined, and a sentence still gets written. */
export interface ReadFacts {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  flag(name: string): boolean;
  words(name: string): string[];
  /** A list of lists of words, such as alternative sets of permissions. */
  wordSets(name: string): string[][];
  /** A list of facts. */
  each(name: string): ReadFacts[];
}

export function readFacts(facts: Facts): ReadFacts {
  const list = (name: string): unknown[] => (Array.isArray(facts[name]) ? (facts[name] as unknown[]) : []);
  return {
    text: (name) => {
      const value = facts[name];
      return typeof value === 'string' && value !== '' ? value : undefined;
    },
    number: (name) =>
      typeof facts[name] === 'number' && Number.isFinite(facts[name]) ? facts[name] : undefined,
    flag: (name) => facts[name] === true,
    words: (name) => onlyWords(list(name)),
    wordSets: (name) => list(name).map((set) => (Array.isArray(set) ? onlyWords(set) : [])),
    each: (name) =>
      list(name).map((one) => readFacts(typeof one === 'object' && one !== null ? (one as Facts) : {})),
  };
}

function onlyWords(list: readonly unknown[]): string[] {
  return list.filter((word): word is string => typeof word === 'string');
}
