import { isRecord } from './is-record.js';
import { wordOf } from './word-of.js';

type Schema = Readonly<Record<string, unknown>>;

/** `docs/guide/bundle-reference.md`: every key of our bundle format in tables, made of the format's JSON Schema. */
export function bundleReference(schema: Schema): string {
  const file = keysOf(schema);
  const command = keysOf(at(schema, 'commands', '*'));
  const shared = Object.keys(file).filter((key) => sameText(file[key], command[key]));
  const only = (keys: Schema) => without(keys, shared);
  return [
    intro,
    section('The bundle', '', schema, only(file)),
    section(
      'Settings of the bundle, or of a command',
      'What stands at the top holds for every command; a command may say otherwise. `env` and `limits` of a command are added to those of the bundle.',
      schema,
      Object.fromEntries(shared.filter((key) => !described.includes(key)).map((key) => [key, file[key]])),
    ),
    section(
      'A command',
      'Under `commands:`, by its name. The settings above may stand here too; `description`, `long_description`, `templates` and `image` are as at the top.',
      at(schema, 'commands', '*'),
      only(command),
    ),
    section(
      'An option',
      'Under `options:`, by its name without dashes.',
      at(schema, 'commands', '*', 'options', '*'),
    ),
    section(
      'A positional',
      'In the list under `positionals:`.',
      at(schema, 'commands', '*', 'positionals', '-'),
    ),
    section('A word of `args` that depends on a value', '', at(schema, 'commands', '*', 'args', '-')),
    section(
      'An example',
      'A line, or a line and what it does.',
      at(schema, 'commands', '*', 'examples', '-'),
    ),
    section('`deprecated`', '`true`, or a mapping.', at(schema, 'commands', '*', 'deprecated')),
    section(
      'A configuration key',
      'Under `config:`, by the name of its variable.',
      at(schema, 'config', '*'),
    ),
    section('`limits`', '', at(schema, 'limits')),
    section('A mount', 'As text, or as a mapping.', at(schema, 'mounts', '-')),
    section('`templates`', '', at(schema, 'templates')),
    section('A trigger', '', at(schema, 'commands', '*', 'triggers', '-')),
  ].join('\n');
}

const intro = `# Bundle reference

<!-- Made of libs/bundles/src/schema.ts by libs/bundles/scripts/write-docs.mjs; change it there. -->

Every key of \`chasqui_bundle_version: 1\`. Keys that Gort has are spelt as in Gort (\`long_description\`), keys of ours have dashes (\`writable-root\`). Where text belongs, a number or a boolean is the text that was typed. \`chasqui bundle lint\` tells every fault of a file at once, and an editor that reads this first line completes keys and shows their meaning:

    # yaml-language-server: $schema=https://chasqui.example.org/bundle.schema.json

The address is your server's; without one, \`chasqui bundle schema > bundle.schema.json\` writes the schema, and \`$schema=./bundle.schema.json\` finds it.
`;

/** Keys that a bundle and its commands both have, each for itself. */
const described = ['description', 'long_description', 'templates', 'image'];

function section(title: string, text: string, schema: Schema, keys: Schema = keysOf(schema)): string {
  const required = (shapeOf(schema)['required'] ?? []) as readonly string[];
  const rows = Object.entries(keys).map(([key, value]) => {
    const field = isRecord(value) ? value : {};
    const needed = required.includes(key) ? ' (required)' : '';
    return `| \`${key}\` | ${kindOf(field)}${needed} | ${cell(wordOf(field['description']))} |`;
  });
  return [
    `## ${title}\n`,
    ...(text ? [`${text}\n`] : []),
    '| key | value | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** What may stand there, in few words. */
function kindOf(schema: Schema): string {
  const { type, anyOf, enum: values, items, const: only } = schema;
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (Array.isArray(values)) return values.map((value) => `\`${value}\``).join(', ');
  if (Array.isArray(anyOf)) return [...new Set((anyOf as Schema[]).map(kindOf))].join(', or ');
  if (type === 'array') return `list: ${kindOf((items ?? {}) as Schema)}`;
  if (Array.isArray(type)) return type.includes('boolean') ? 'text' : 'number or text';
  return (
    { string: 'text', boolean: '`true`, `false`', integer: 'whole number', object: 'mapping' }[
      String(type)
    ] ?? String(type)
  );
}

/** A schema within a schema: by key, `*` for any key, `-` for the items of a list. */
function at(schema: Schema, ...path: readonly string[]): Schema {
  return path.reduce((inner, part) => {
    const shape = shapeOf(inner);
    if (part === '*') return shape['additionalProperties'] as Schema;
    return part === '-' ? (shape['items'] as Schema) : (keysOf(shape)[part] as Schema);
  }, schema);
}

/** Of several shapes the mapping. */
function shapeOf(schema: Schema): Schema {
  const shapes = schema['anyOf'] as readonly Schema[] | undefined;
  return shapes?.find((shape) => isRecord(shape['properties'])) ?? schema;
}

function keysOf(schema: Schema): Schema {
  return shapeOf(schema)['properties'] as Schema;
}

function without(keys: Schema, some: readonly string[]): Schema {
  return Object.fromEntries(
    Object.entries(keys).filter(([key]) => !some.includes(key) || described.includes(key)),
  );
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
