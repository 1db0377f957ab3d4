import type { ReadFacts } from './read-facts.js';

/** What is wrong with a line that cannot be read; where it is wrong is shown by `pointedAt`. */
export function syntaxSentence(facts: ReadFacts): string {
  const problem = facts.text('problem') ?? '';
  const expected = facts.text('expected');
  const advice = problems[problem] ?? (expected && `expected ${expected}`);
  return `that line cannot be read${advice ? `: ${advice}` : ''}`;
}

/** Where a word of ours may have been meant for the program. */
const forTheCommand = 'to give it to the command itself, put it in quotes';

/** By `SyntaxProblem` of the command language: what is wrong, and what to type. */
const problems: Record<string, string> = {
  'unterminated-quote':
    'a quote is opened and not closed. close it, or write \\" or \\\' for the character itself',
  'trailing-escape': 'it ends with a backslash. write two for the character itself',
  'control-character': 'there is a control character in it. type that part again',
  'empty-stage': 'a command is missing here. to send a | as it is, put it in quotes',
  'missing-redirect-target': '> needs a #room, a @person, me or here. to send a > as it is, put it in quotes',
  'bad-redirect-target': '> goes to a #room, a @person, me or here. to send a > as it is, put it in quotes',
  'comparison-as-redirect':
    '> sends the result somewhere. to compare, write it without blanks, like age>3, or in quotes: "age > 3"',
  'unterminated-variable': '${ is not closed. close it with }, or put it in single quotes',
  'bad-variable':
    '${ } needs a field, like ${name} or ${name:-default}. to send it as it is, put it in single quotes',
  'variable-in-command':
    'which command runs cannot come from a variable. write its name, or put the $ in single quotes',
  'variable-in-redirect':
    'where the result goes cannot come from a variable. > goes to a #room, a @person, me or here',
  'variable-in-selector': 'which relay runs it cannot come from a variable. write the selector: --on dc=fra',
  'redirect-before-pipe': '> belongs behind the last command',
  'too-many-stages':
    'it has more than 50 commands. run it in parts: last goes on with the result of the part before',
  'too-many-redirects': 'its result goes to more than 20 places. send it to fewer',
  'missing-selector': '--on and --on-each need a selector, such as --on dc=fra',
  'unquoted-selector': 'a selector with blanks in it needs quotes: --on "dc in (fra,ams)"',
  'repeated-on': 'it is given more than once. join the selectors with commas: --on dc=fra,gpu',
  'repeated-placement': 'it is given more than once. leave one of them out',
  'variable-in-placement': 'this cannot come from a variable. write it out',
  'on-and-on-each': '--on runs it on one relay, --on-each on all that match. leave one of them out',
  'wait-with-on-each':
    '--wait waits for one relay, and --on-each runs on those that are there now. leave one of them out',
  'needs-on-each': `--waves, --max-failures and --pause go with --on-each. ${forTheCommand}`,
  'needs-waves': '--max-failures and --pause are about waves. add them: --waves 1,25%,100%',
  'bad-waves': `--waves needs sizes, each a number or a percentage above 0: --waves 1,25%,100%. ${forTheCommand}`,
  'bad-max-failures': `--max-failures needs a number or a percentage: --max-failures 10%. ${forTheCommand}`,
  'bad-pause': `--pause needs a duration of at most a day: --pause 30s. ${forTheCommand}`,
  'bad-wait': `--wait needs a duration of at most a day: --wait 10m. ${forTheCommand}`,
};

/** The line of the facts' `text`, or else of `line`, at which `position` (UTF-16, from 0) points, and under it a caret; undefined where there is no position or no text. */
export function pointedAt(facts: ReadFacts, line?: string): string | undefined {
  const text = facts.text('text') ?? line;
  const position = facts.number('position');
  if (text === undefined || position === undefined) return undefined;
  const at = Math.min(Math.max(0, position), text.length);
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const before = shortened(text.slice(start, at), -40);
  const after = shortened(text.slice(at, end < 0 ? undefined : end), 40);
  const carets = Math.max(1, Math.min(facts.number('length') ?? 1, after.length));
  return `${before}${after}\n${' '.repeat(characters(before))}${'^'.repeat(carets)}`;
}

/** The first `most` characters, or the last where it is negative, on one line. */
function shortened(text: string, most: number): string {
  const line = text.replace(/\s/g, ' ');
  if (line.length <= Math.abs(most)) return line;
  return most > 0 ? `${line.slice(0, most)}…` : `…${line.slice(most)}`;
}

/** As many as a reader sees, so that the caret stands right. */
function characters(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}
