import { suggest } from '@chasqui/command-language';
import { error, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';

/** Parts of a schema once its references are written out; beyond that checking a record could take long. */
const mostParts = 1000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether it is a JSON Schema (2020-12) that can be checked in a time that grows with the record alone. So there is no `pattern` and no
 * `patternProperties`, which would run in an engine that can hang, no `uniqueItems`, which compares all with all, and no reference to a
 * schema from within itself. A keyword that we do not know is refused: nine times of ten it is a slip of the finger.
 */
export function checkOutputSchema(schema: unknown, path: Path): Finding[] {
  if (!isRecord(schema)) return [];
  const findings = checkSchema(schema, path);
  return findings.length > 0 ? findings : checkSize(schema, path);
}

type Kind = (value: unknown, path: Path) => Finding[];

const expects =
  (expected: string, isRight: (value: unknown) => boolean): Kind =>
  (value, path) =>
    isRight(value) ? [] : [error('bad-schema', path, { keyword: String(path.at(-1)), expected })];

const schema: Kind = (value, path) =>
  typeof value === 'boolean'
    ? []
    : isRecord(value)
      ? checkSchema(value, path)
      : [error('bad-schema', path, { keyword: String(path.at(-1)), expected: 'a schema' })];

const schemas: Kind = (value, path) =>
  Array.isArray(value) && value.length > 0
    ? (value as readonly unknown[]).flatMap((one, index) => schema(one, [...path, index]))
    : [error('bad-schema', path, { keyword: String(path.at(-1)), expected: 'a list of schemas' })];

const named: Kind = (value, path) =>
  isRecord(value)
    ? Object.entries(value).flatMap(([name, one]) => schema(one, [...path, name]))
    : [error('bad-schema', path, { keyword: String(path.at(-1)), expected: 'schemas by name' })];

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const isType = (value: unknown) => typeof value === 'string' && types.includes(value);
const areTexts = (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === 'string');

const type = expects(
  `one of ${types.join(', ')}, or a list of them`,
  (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
);
const ours = 'https://json-schema.org/draft/2020-12/schema';
const draft = expects(ours, (value) => typeof value === 'string' && value.replace(/#$/, '') === ours);
const text = expects('text', (value) => typeof value === 'string');
const texts = expects('a list of names', areTexts);
const boolean = expects('true or false', (value) => typeof value === 'boolean');
const number = expects('a number', (value) => typeof value === 'number' && Number.isFinite(value));
const positive = expects('a number above zero', (value) => typeof value === 'number' && value > 0);
const count = expects('a whole number from 0', (value) => Number.isSafeInteger(value) && Number(value) >= 0);
const list = expects('a list', (value) => Array.isArray(value) && value.length > 0);
const namedTexts = expects(
  'lists of names by name',
  (value) => isRecord(value) && Object.values(value).every(areTexts),
);
const anything: Kind = () => [];
const local = expects(
  'a reference within this schema, like #/$defs/name',
  (value) => typeof value === 'string' && (value === '#' || value.startsWith('#/')),
);

const kinds: readonly (readonly [Kind, string])[] = [
  [draft, '$schema'],
  [local, '$ref'],
  [text, '$comment title description format'],
  [boolean, 'deprecated readOnly writeOnly'],
  [anything, 'default const'],
  [list, 'examples enum'],
  [type, 'type'],
  [number, 'maximum exclusiveMaximum minimum exclusiveMinimum'],
  [positive, 'multipleOf'],
  [count, 'maxLength minLength maxItems minItems maxContains minContains maxProperties minProperties'],
  [texts, 'required'],
  [namedTexts, 'dependentRequired'],
  [schemas, 'allOf anyOf oneOf prefixItems'],
  [named, '$defs properties dependentSchemas'],
  [schema, 'not if then else items contains additionalProperties propertyNames'],
  [schema, 'unevaluatedItems unevaluatedProperties'],
];
const keywords: ReadonlyMap<string, Kind> = new Map(
  kinds.flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind] as const)),
);

const refused = ['pattern', 'patternProperties', 'uniqueItems'];

function checkSchema(fields: Fields, path: Path): Finding[] {
  return Object.entries(fields).flatMap(([keyword, value]): Finding[] => {
    const at = [...path, keyword];
    const check = keywords.get(keyword);
    if (check) return check(value, at);
    if (refused.includes(keyword)) return [error('schema-not-checked', at, { keyword }, { at: 'key' })];
    const suggestion = suggest(keyword, keywords.keys());
    return [error('schema-keyword', at, { keyword, ...(suggestion && { suggestion }) }, { at: 'key' })];
  });
}

/** Counts the parts with every reference written out. A reference that leads to itself would have no end. */
function checkSize(root: Fields, path: Path): Finding[] {
  const all = new Map<string, unknown>();
  collect(root, '#', all);
  const sizes = new Map<string, number>();
  const around = new Set<string>();
  let broken: Finding | undefined;
  const total = sizeOf('#');
  if (broken) return [broken];
  return total > mostParts ? [error('schema-too-large', path, { most: mostParts })] : [];

  function sizeOf(pointer: string): number {
    const known = sizes.get(pointer);
    if (known !== undefined || broken) return known ?? 0;
    around.add(pointer);
    const fields = all.get(pointer);
    let size = 1;
    if (isRecord(fields)) {
      const { $defs: _onlyWhereReferred, $ref, ...others } = fields;
      for (const [at] of partsOf(others, pointer)) size += sizeOf(at);
      if (typeof $ref === 'string') size += followed($ref);
    }
    around.delete(pointer);
    sizes.set(pointer, size);
    return size;
  }

  function followed(ref: string): number {
    if (!all.has(ref)) broken = error('schema-reference', path, { ref });
    else if (around.has(ref)) broken = error('schema-endless', path, { ref });
    return broken ? 0 : sizeOf(ref);
  }
}

/** Every schema within a schema, by its pointer. */
function collect(schema: unknown, pointer: string, all: Map<string, unknown>): void {
  all.set(pointer, schema);
  if (isRecord(schema)) for (const [at, part] of partsOf(schema, pointer)) collect(part, at, all);
}

/** The schemas that stand directly under the keywords of one. */
function partsOf(fields: Fields, pointer: string): [pointer: string, schema: unknown][] {
  return Object.entries(fields).flatMap(([keyword, value]): [string, unknown][] => {
    const kind = keywords.get(keyword);
    const at = `${pointer}/${keyword}`;
    if (kind === schema) return [[at, value]];
    if (kind !== schemas && kind !== named) return [];
    return Object.entries(value as object).map(([key, part]: [string, unknown]) => [
      `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      part,
    ]);
  });
}
