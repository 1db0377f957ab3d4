import { readFileSync } from 'node:fs';
import { readPolicy } from './policy.js';
import { doubtsOf } from './policy/doubts.js';

/**
 * `chasqui-relay check-policy FILE…`: every fault of policy files, and what to look at again, a line each. Needs neither a token nor a broker.
 * Gives what to print and the exit code: 0 where all can be used, 1 where one cannot, 2 where no file was named.
 */
export function checkPolicy(files: readonly string[]): { text: string; exitCode: number } {
  if (files.length === 0) return { text: 'usage: chasqui-relay check-policy FILE…\n', exitCode: 2 };
  const checked = files.map(checkFile);
  return {
    text: checked.map(({ lines }) => lines.map((line) => `${line}\n`).join('')).join(''),
    exitCode: checked.every(({ usable }) => usable) ? 0 : 1,
  };
}

function checkFile(file: string): { lines: string[]; usable: boolean } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { lines: [`${file}: cannot be read (${(error as Error).message})`], usable: false };
  }
  const read = readPolicy(text);
  if ('faults' in read)
    return {
      lines: read.faults.map((fault) => fault.replace(/^line (\d+): /, `${file}:$1: error: `)),
      usable: false,
    };
  const doubts = doubtsOf(read.policy).map(({ line, sentence }) => `${file}:${line}: warning: ${sentence}`);
  return { lines: [...doubts, `${file} can be used`], usable: true };
}
