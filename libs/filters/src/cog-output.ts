import { isRefusal, type Refusal } from '@chasqui/contracts';
import type { DataRecord } from './records.js';
import { recordsOf } from './records-of.js';

/** What a command with Cog's calling convention printed: lines that are meant for Cog are taken out. */
export interface CogOutput {
  /** Of JSON its objects; of text one record, `{ body: [lines] }`; none of nothing. */
  readonly records: readonly DataRecord[];
  /** What is left to be shown, without Cog's lines. */
  readonly text: string;
  /** Whether it is JSON. */
  readonly structured: boolean;
  /** The template it wants to be drawn with. */
  readonly template?: string;
  readonly logs: readonly CogLog[];
  /** It wants the line to end here, without this being an error. */
  readonly aborts: boolean;
}

export interface CogLog {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly text: string;
}

const namesTemplate = 'COG_TEMPLATE:';

const levels: Readonly<Record<string, CogLog['level']>> = {
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERR: 'error',
  ERROR: 'error',
};

/**
 * Reads Cog's markers, line by line: `COGCMD_DEBUG:` and its like are for the log, `COG_TEMPLATE:` names a template, `COGCMD_ACTION: abort`
 * ends the line, and behind a line that is only `JSON` stands one JSON document. Refused as by `recordsOf`, where that is none.
 */
export function readCogOutput(output: string): CogOutput | Refusal {
  const rows = output
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const plain: string[] = [];
  const logs: CogLog[] = [];
  let template: string | undefined;
  let aborts = false;
  for (const [index, row] of rows.entries()) {
    const [, level, message] = /^COGCMD_(DEBUG|INFO|WARN|ERR|ERROR):\s*(.*)$/.exec(row) ?? [];
    const named = row.startsWith(namesTemplate) ? row.slice(namesTemplate.length).trim() : undefined;
    const marks = { ...(template !== undefined && { template }), logs, aborts };
    if (row.trimEnd() === 'JSON') return inJson(rows.slice(index + 1).join('\n'), index + 1, marks);
    if (level !== undefined) logs.push({ level: levels[level]!, text: message! });
    else if (named !== undefined) template = named;
    else if (/^COGCMD_ACTION:\s*abort\s*$/.test(row)) aborts = true;
    else plain.push(row);
  }
  const text = plain.join('\n');
  const records = text.trim() === '' ? [] : [{ body: plain }];
  return { records, text, structured: false, ...(template !== undefined && { template }), logs, aborts };
}

function inJson(
  text: string,
  linesBefore: number,
  marks: Pick<CogOutput, 'template' | 'logs' | 'aborts'>,
): CogOutput | Refusal {
  const read = recordsOf('json', text);
  if (!isRefusal(read)) return { records: read.records, text, structured: true, ...marks };
  const { line } = read.facts;
  return typeof line === 'number' ? { ...read, facts: { ...read.facts, line: line + linesBefore } } : read;
}
