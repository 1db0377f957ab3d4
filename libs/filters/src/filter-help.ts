import { filterNames, type FilterName } from './filter.js';

/** What help shows of a filter. The examples are whole lines that can be typed. */
export interface FilterHelp {
  readonly name: FilterName;
  readonly usage: string;
  readonly description: string;
  readonly examples: readonly string[];
}

const help: Record<FilterName, Omit<FilterHelp, 'name'>> = {
  where: {
    usage: 'where CONDITION…',
    description:
      'keeps the records for which the condition holds: field=value, !=, <, <=, >, >=, ~ and !~ (RE2), or a field alone if it is there; joined by and, or, not and parentheses',
    examples: [
      `seed '[{"name":"web1","load":3},{"name":"db1","load":9}]' | where load>5`,
      `seed '[{"name":"web1","load":3},{"name":"db1","load":9}]' | where "name ~ ^web and load < 5"`,
    ],
  },
  sort: {
    usage: 'sort [-r|--desc] [FIELD…]',
    description:
      'puts the records in order, by several fields if need be; -FIELD turns one around, --desc all of them',
    examples: [`seed '[{"name":"web10"},{"name":"web2"}]' | sort name`],
  },
  head: {
    usage: 'head [COUNT]',
    description: 'keeps the first records, 10 if nothing is said',
    examples: ['seed [1,2,3] | head 2'],
  },
  tail: {
    usage: 'tail [COUNT]',
    description: 'keeps the last records, 10 if nothing is said',
    examples: ['seed [1,2,3] | tail 1'],
  },
  count: {
    usage: 'count [FIELD…]',
    description: 'says how many records there are, or how many for each value of the fields',
    examples: ['seed [1,2,3] | count', `seed '[{"dc":"fra"},{"dc":"ams"},{"dc":"fra"}]' | count dc`],
  },
  sum: {
    usage: 'sum FIELD…',
    description: 'adds up the numbers in a field; records without it count nothing',
    examples: [`seed '[{"load":3},{"load":9}]' | sum load`],
  },
  unique: {
    usage: 'unique [FIELD…]',
    description: 'keeps the first of the records that are equal, or equal in these fields',
    examples: ['seed [1,2,1] | unique'],
  },
  pluck: {
    usage: 'pluck [NEW=]FIELD…',
    description: 'keeps these fields only, in this order, under a new name if one is given',
    examples: [`seed '[{"name":"web1","host":{"dc":"fra"}}]' | pluck name dc=host.dc`],
  },
  group: {
    usage: 'group FIELD… [[NEW=]count|sum:FIELD|avg:FIELD|min:FIELD|max:FIELD…]',
    description:
      'puts records with the same values together: how many they are and the records, or instead what is asked of each group',
    examples: [
      `seed '[{"dc":"fra","load":3},{"dc":"fra","load":9},{"dc":"ams","load":5}]' | group dc count peak=max:load`,
    ],
  },
  table: {
    usage: 'table [FIELD…]',
    description: 'shows the result as a table, with these columns if they are given',
    examples: [`seed '{"name":"web1","load":3}' | table load name`],
  },
  json: {
    usage: 'json',
    description: 'shows the result as JSON',
    examples: [`seed '{"name":"web1"}' | json`],
  },
  text: {
    usage: "text [FIELD|'TEMPLATE WITH $FIELD']",
    description:
      'makes each record a line of text: its field, or the template (in single quotes) with the fields filled in',
    examples: [
      `seed '[{"name":"web1","load":3},{"name":"db1"}]' | text '$name has a load of \${load:-nobody knows}'`,
    ],
  },
  join: {
    usage: 'join [SEPARATOR]',
    description: 'makes one line of all records, with the separator between them, ", " if none is given',
    examples: [`seed '["a","b"]' | join " and "`],
  },
  seed: {
    usage: 'seed JSON…',
    description: 'begins a pipeline with the records that are typed',
    examples: [`seed '[{"name":"web1"},{"name":"db1"}]'`, 'seed {"name":"web1"} {"name":"db1"}'],
  },
  echo: {
    usage: 'echo WORD…',
    description: 'begins a pipeline with one line of text',
    examples: ['echo hello there'],
  },
};

/** Of every filter, in the order in which they are best listed. */
export const filterHelp: readonly FilterHelp[] = filterNames.map((name) => ({ name, ...help[name] }));

export function usageOf(name: FilterName): string {
  return help[name].usage;
}
