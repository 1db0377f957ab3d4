import { count, size } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** Filters, and the records between the stages of a pipeline. */
export const filterSentences = {
  'bad-filter': (facts: ReadFacts) => {
    const name = facts.text('filter') ?? 'this filter';
    const usage = facts.text('usage');
    const [what, showsUsage] = problem(name, facts);
    return `${what}${showsUsage && usage ? `. it is used like this: ${usage}` : ''}`;
  },
  'bad-output': (facts: ReadFacts) => {
    const kind = facts.text('output') ?? 'json';
    const [line, column] = [facts.number('line'), facts.number('column')];
    const place = line !== undefined && column !== undefined ? ` at line ${line}, column ${column}` : '';
    const excerpt = facts.text('excerpt');
    const found = excerpt ? `, and it printed ${excerpt}` : '';
    const lines = kind === 'json' ? '; if it prints a value a line, its output is ndjson' : '';
    return `its bundle says that it prints ${kind}, and that is not what it printed${place}: expected ${facts.text('expected') ?? 'a value'}${found}. whoever keeps the bundle can mend it${lines}`;
  },
  'too-much-data': (facts: ReadFacts) => {
    const most = facts.number('most') ?? 0;
    const narrow = 'let the command print less, or narrow it down with "where" or "head" before';
    switch (facts.text('what')) {
      case 'records':
        return `these are more records than can be passed on: at most ${count(most, 'record')}. let the command print less`;
      case 'depth':
        return `these records are nested too deep to be passed on: at most ${count(most, 'level')}`;
      default:
        return `this makes more data than can be passed on: at most ${size(most)}. ${narrow}`;
    }
  },
  'not-a-number': (facts: ReadFacts) => {
    const field = facts.text('field') ?? 'this field';
    const record = facts.number('record');
    if (record === undefined) return `the numbers in ${field} are too large to be added up`;
    const value = facts.text('value');
    return `${field} cannot be added up: in record ${record} it is ${value ? `"${value}"` : 'no number'}. leave such records out before, with "where"`;
  },
};

/** What is wrong, and whether the usage helps. */
function problem(name: string, facts: ReadFacts): readonly [string, boolean] {
  const expected = facts.text('expected');
  switch (facts.text('problem')) {
    case 'variable':
      return name === 'text'
        ? [`put the template of text in single quotes: text '$name'`, false]
        : [
            `${name} works on all records at once, so there can be no variable in its words; to send a $ as it is, put it in single quotes. to fill in fields, use: text '$name'`,
            false,
          ];
    case 'unknown-option': {
      const option = facts.text('option') ?? 'such an option';
      const suggestion = facts.text('suggestion');
      return [
        `${name} has no option ${option}${suggestion ? `; did you mean ${suggestion}?` : ''}`,
        !suggestion,
      ];
    }
    case 'bad-condition':
      return [
        `that condition cannot be read: expected ${expected ?? 'a comparison'}. for example: where status=failed, or where "age > 3 and not name ~ ^test"`,
        false,
      ];
    case 'bad-pattern':
      return [`that pattern is none of RE2: ${facts.text('detail') ?? 'it cannot be read'}`, false];
    case 'bad-json':
      return [
        `that is not JSON: expected ${expected ?? 'a value'}. JSON is best put in single quotes: seed '[1,2]'`,
        false,
      ];
    case 'only-first':
      return [`${name} begins a pipeline; nothing can stand before it`, false];
    case 'never-first':
      return [`${name} needs something to work on: put a command and a | before it`, true];
    default:
      return [expected ? `${name}: expected ${expected}` : `${name} cannot be used like that`, true];
  }
}

/** Under a result that is longer than a chat can show. */
export function moreRecordsNote(more: number): string {
  return `and ${more.toLocaleString('en')} more; narrow it down with "| where …" or "| head 10"`;
}

export function moreColumnsNote(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  const rest = names.length > 12 ? ', …' : '';
  return `${count(names.length, 'more column')}: ${shown}${rest}; choose with "| table NAME…" or see all with "| json"`;
}

export const noRecords = 'no records';
export const noFields = 'no fields';
