import type { Command } from 'commander';
import { printLine, type Redirect } from '@chasqui/command-language';
import { print } from '../session.js';
import { fields } from '../terminal/table.js';
import { readLine, type ReadStage } from './read-line.js';
import { unaddressed } from './unaddressed.js';

/** `chasqui parse '<line>'` */
export function define(parse: Command): void {
  parse
    .argument('<line>', 'the command line, quoted as one word')
    .action((typed: string, _options, command: Command) => {
      const text = unaddressed(typed);
      const { line, stages } = readLine(text);
      const answer = { text, printed: printLine(line), stages, redirects: line.redirects };
      print(command.optsWithGlobals(), answer, () =>
        [...stages.map(inWords), fields({ 'result to': line.redirects.map(place).join(', ') })]
          .filter((block) => block !== '')
          .join('\n\n'),
      );
    });
}

function inWords({ command, argv, args: _args, options, variables, ...own }: ReadStage): string {
  const given = options.map(({ name, value, next }) =>
    value !== undefined ? `${name} = ${value}` : next !== undefined ? `${name} (${next})` : name,
  );
  return fields({
    command,
    ...own,
    words: argv.map((word) => JSON.stringify(word)).join(' '),
    options: given.join(', '),
    variables: variables
      .map(({ raw, path, default: preset }) =>
        preset === undefined ? raw : `${raw} (${named(path)}, or ${JSON.stringify(preset)})`,
      )
      .join(', '),
  });
}

/** `a.b[0]` */
function named(path: readonly (string | number)[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at > 0 ? `.${step}` : step))
    .join('');
}

function place({ kind, name }: Redirect): string {
  if (name === undefined) return kind;
  return (kind === 'room' ? '#' : '@') + name;
}
