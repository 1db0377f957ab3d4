import { parseLine } from '@chasqui/command-language';
import { isRefusal } from '@chasqui/contracts';

const pattern = /^[a-z][a-z0-9.-]{0,62}$/;

export function isScheduleName(text: string): boolean {
  return pattern.test(text);
}

/** A name for a schedule that was given none: after its first command, with a number where there is one of that name. */
export function nameFor(line: string, taken: ReadonlySet<string>): string {
  const read = parseLine(line);
  const words = isRefusal(read) ? [] : read.stages[0]!.words;
  const head = (words[0]?.text ?? '').toLowerCase().replaceAll(/[^a-z0-9.]+/g, '-');
  const name =
    head
      .replace(/^[^a-z]+/, '')
      .slice(0, 55)
      .replace(/[-.]+$/, '') || 'schedule';
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) if (!taken.has(`${name}-${n}`)) return `${name}-${n}`;
}
