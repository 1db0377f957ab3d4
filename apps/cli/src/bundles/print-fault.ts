import type { ToldFault } from '../server/server-error.js';

/** On standard error, the way compilers do it, so that editors find the place. */
export function printFault(file: string, { line, column, severity, message }: ToldFault): void {
  process.stderr.write(`${faultLine(file, { line, column, severity, message })}\n`);
}

export function faultLine(
  file: string,
  fault: Pick<ToldFault, 'line' | 'column' | 'severity' | 'message'>,
): string {
  return `${file === '-' ? '(standard input)' : file}:${fault.line}:${fault.column}: ${fault.severity}: ${fault.message}`;
}
