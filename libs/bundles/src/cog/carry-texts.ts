import { checkDeclarations } from '../check-declarations.js';
import { checkExamples } from '../check-examples.js';
import type { CogSource } from './cog-source.js';
import { mapOf, plainOf, type Written, type WrittenList } from './written-yaml.js';

/** What help says of a command at length: what Cog kept in several places stands here under headings. */
export function longDescription(command: CogSource, unreadExamples: string | undefined): string | undefined {
  const output = command.child('output');
  const parts: [string, string | undefined][] = [
    ['', command.child('long_description').text],
    ['Examples:', unreadExamples],
    ['Notes:', command.child('notes').text],
    ['Sub-commands:', subcommands(command.child('subcommands'))],
    ['Output:', output.child('description').text ?? output.text],
    ['Example of its output:', output.child('example').text],
  ];
  const said = parts.flatMap(([title, text]) =>
    text === undefined ? [] : [`${title === '' ? '' : `${title}\n`}${text.trim()}`],
  );
  return said.length > 0 ? `${said.join('\n\n')}\n` : undefined;
}

function subcommands(source: CogSource): string | undefined {
  const lines = source.entries.map(([name, one]) => {
    const told = one.text ?? one.child('description').text;
    return told === undefined ? name : `${name}: ${told.trim()}`;
  });
  return lines.length > 0 ? lines.join('\n') : source.text;
}

/** A command's examples, as far as its text has lines that people could send. */
export interface CarriedExamples {
  readonly written?: WrittenList;
  /** The text as it is, where some of it is something else. */
  readonly unread?: string;
}

interface Around {
  readonly bundle: string;
  readonly oldBundle: string;
  readonly command: string;
  readonly oldCommand: string;
  readonly commands: ReadonlySet<string>;
  readonly options: Written | undefined;
  readonly positionals: Written;
}

/** Nobody reads more. */
const mostExamples = 20;

/** Lines that begin with the command's name are examples, a line of text above one says what it does. */
export function carryExamples(source: CogSource, around: Around): CarriedExamples {
  const text = source.items.flatMap((item) => item.text ?? []).join('\n');
  if (text === '') return {};
  const declarations = { options: plainOf(around.options), positionals: plainOf(around.positionals) };
  const { declared } = checkDeclarations({ name: around.command, fields: declarations, path: [] });
  const fits = (line: string) => {
    const fields = { examples: [line] };
    return (
      checkExamples(around.bundle, { name: around.command, fields, path: [] }, declared, around.commands)
        .length === 0
    );
  };
  const examples: { line: string; description?: string }[] = [];
  let prose: string[] = [];
  let whole = true;
  for (const row of text.split('\n')) {
    const said = row
      .replace(/^\s*(?:[-*]\s+)?(?:[$>]\s+)?/, '')
      .replaceAll(/^`|`$/g, '')
      .trimEnd();
    if (said === '') continue;
    const line = asOurs(said, around);
    if (line === undefined) {
      prose.push(said);
    } else if (examples.length < mostExamples && fits(line)) {
      const description = prose.join(' ').replace(/:$/, '');
      examples.push({ line, ...(description !== '' && { description }) });
      prose = [];
    } else {
      whole = false;
    }
  }
  whole &&= prose.length === 0;
  const items = examples.map(({ line, description }) => ({
    value:
      description === undefined
        ? line
        : mapOf({ key: 'line', value: line }, { key: 'description', value: description }),
  }));
  return {
    ...(items.length > 0 && { written: { kind: 'list' as const, items } }),
    ...(!whole && { unread: text }),
  };
}

/** The line under the new names, or undefined where it does not begin with the command. */
function asOurs(said: string, { bundle, oldBundle, command, oldCommand }: Around): string | undefined {
  const line = said.replace(/^(?:!|@\w+:?\s+!?)/, '');
  for (const old of [`${oldBundle}:${oldCommand}`, oldCommand]) {
    const rest = line.slice(old.length);
    if (line.startsWith(old) && (rest === '' || /^\s/.test(rest))) return `${bundle}:${command}${rest}`;
  }
  return undefined;
}
