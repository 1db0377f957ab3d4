import { styleText } from 'node:util';
import type { Mismatch } from './compare.js';
import { diffLines } from './diff-lines.js';
import type { ToldFault } from './load-transcript.js';
import type { PlayedLine } from './play-transcript.js';

/** How a transcript went, or why it was not played. */
export interface TranscriptReport {
  readonly file: string;
  readonly faults: readonly ToldFault[];
  readonly lines: readonly PlayedLine[];
  /** How many answers were written into the file. */
  readonly updated: number;
}

/** Said lines that went right, and those that did not; a transcript that cannot be played is one that did not. */
export function countOf({ faults, lines }: Pick<TranscriptReport, 'faults' | 'lines'>) {
  const failed = lines.filter(({ mismatches }) => mismatches.length > 0).length;
  return { passed: lines.length - failed, failed: failed + (faults.length > 0 ? 1 : 0) };
}

/** For people: a line for each file, and below it what went wrong, with the difference between what was expected and what was heard. */
export function reportText(report: TranscriptReport, colour: boolean): string {
  const paint = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const { file, faults, lines, updated } = report;
  const { passed, failed } = countOf(report);
  const told = faults.map(
    (fault) => `${fault.file}:${fault.line}:${fault.column}: ${fault.severity}: ${fault.message}`,
  );
  const head = `${failed > 0 ? paint('red', '✗') : paint('green', '✓')} ${file}: ${passed} passed${failed > 0 ? `, ${failed} failed` : ''}${updated > 0 ? `, ${updated} answer${updated === 1 ? '' : 's'} written` : ''}`;
  const wrong = lines.filter(({ mismatches }) => mismatches.length > 0);
  return [
    head,
    ...told,
    ...wrong.flatMap((line) => failureText(file, line, paint)),
    ...(wrong.length > 0 ? [''] : []),
  ].join('\n');
}

type Style = 'red' | 'green' | 'dim' | 'bold';
type Paint = (style: Style, text: string) => string;

function failureText(file: string, { said, runId, mismatches }: PlayedLine, paint: Paint): string[] {
  const run = runId === undefined ? '' : paint('dim', ` (run ${runId})`);
  return [
    '',
    `${file}:${said.line}: ${paint('bold', `${said.who}: ${said.text}`)}${run}`,
    ...mismatches.flatMap((mismatch) => mismatchText(mismatch, paint)),
  ];
}

function mismatchText(mismatch: Mismatch, paint: Paint): string[] {
  const { expectation } = mismatch;
  const where = expectation.room === undefined ? '' : ` in ${expectation.room}`;
  const at = paint('dim', `line ${expectation.line}: `);
  if (mismatch.kind === 'silence') return [`  ${at}no answer came${where}`];
  const { kind, expected, heard } = mismatch;
  const said = heard.split('\n').map((line) => `    ${line}`);
  switch (kind) {
    case 'text':
      return [
        `  ${at}${paint('red', '- expected')}, ${paint('green', '+ heard')}${where}`,
        ...diffLines(expected, heard).map(({ sign, text }) => {
          const line = `    ${sign} ${text}`.trimEnd();
          return sign === ' ' ? line : paint(sign === '-' ? 'red' : 'green', line);
        }),
      ];
    case 'contains':
      return [`  ${at}${paint('red', JSON.stringify(expected))} is not in what was heard${where}:`, ...said];
    case 'matches':
      return [`  ${at}${paint('red', `/${expected}/`)} fits nothing in what was heard${where}:`, ...said];
    case 'mark':
      return [`  ${at}it was to end as ${paint('red', expected)}, and ended as ${paint('green', heard)}`];
    case 'exit-code':
      return [`  ${at}the exit code was to be ${paint('red', expected)}, and is ${paint('green', heard)}`];
  }
}

/** The same for programs. */
export function reportJson({ file, faults, lines, updated }: TranscriptReport) {
  return {
    file,
    ...countOf({ faults, lines }),
    updated,
    faults,
    lines: lines.map(({ said: { who, text, line, room }, runId, mismatches }) => ({
      line,
      who,
      text,
      ...(room !== undefined && { room }),
      runId,
      passed: mismatches.length === 0,
      mismatches: mismatches.map(({ expectation, ...mismatch }) => ({ line: expectation.line, ...mismatch })),
    })),
  };
}
