import { bind, parseLine, takePlacement, type Stage, type Word } from '@chasqui/command-language';
import type { Refusal } from '@chasqui/contracts';
import type { Declared } from './check-declarations.js';
import type { WrittenCommand } from './check-permissions.js';
import { error, warning, type Finding, type Path } from './finding.js';
import { isRecord } from './is-record.js';
import { longestText } from './read-rule.js';
import { anybody } from './typed-value.js';

/** Whether each example can be read, is one of this command, and gives it what it takes. */
export function checkExamples(
  bundle: string,
  { name, fields, path }: WrittenCommand,
  declared: Declared | undefined,
  commands: ReadonlySet<string>,
): Finding[] {
  const examples: readonly unknown[] = Array.isArray(fields['examples']) ? fields['examples'] : [];
  if (examples.length === 0)
    return declared ? [warning('no-examples', path, { command: name }, { at: 'key' })] : [];
  return examples.flatMap((example, index): Finding[] => {
    const line: unknown = isRecord(example) ? example['line'] : example;
    if (typeof line !== 'string' || line.trim() === '' || line.length > longestText) return [];
    const at = [...path, 'examples', index, ...(isRecord(example) ? ['line'] : [])];
    return checkLine(line, at, bundle, name, declared, commands);
  });
}

function checkLine(
  line: string,
  path: Path,
  bundle: string,
  command: string,
  declared: Declared | undefined,
  commands: ReadonlySet<string>,
): Finding[] {
  const read = parseLine(line);
  if ('code' in read) return [refused(line, path, read)];
  const own = read.stages.filter((stage) => commandOf(stage, bundle, commands) === command);
  if (own.length === 0) return [warning('example-of-other', path, { line, command: `${bundle}:${command}` })];
  return own.flatMap((stage) =>
    checkWords(line, path, stage.words.slice(command.split(' ').length), declared),
  );
}

function checkWords(
  line: string,
  path: Path,
  words: readonly Word[],
  declared: Declared | undefined,
): Finding[] {
  const read = takePlacement(words, new Set(declared?.options.map(({ name }) => name)));
  if ('code' in read) return [refused(line, path, read)];
  const bound = declared?.whole ? bind(declared, read.kept, anybody) : undefined;
  return bound && 'code' in bound ? [refused(line, path, bound)] : [];
}

/** The fault has the refusal's own facts, and its code as `refused`. */
function refused(line: string, path: Path, { code, facts }: Refusal): Finding {
  const { position } = facts;
  const place = typeof position === 'number' ? { inside: position } : undefined;
  return error('bad-example', path, { ...facts, line, refused: code }, place);
}

/** Which command of this bundle a stage runs: the longest path that its words begin with. */
function commandOf({ words }: Stage, bundle: string, commands: ReadonlySet<string>): string | undefined {
  const [first, ...others] = words.slice(0, 4).map(({ text }) => text);
  const own = first!.startsWith(`${bundle}:`) ? first!.slice(bundle.length + 1) : first!;
  const path = [own, ...others];
  for (let length = path.length; length > 0; length--) {
    const name = path.slice(0, length).join(' ');
    if (commands.has(name)) return name;
  }
  return undefined;
}
