import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { harmless } from '../terminal/harmless.js';
import { path, type ApiClient } from '../server/api-client.js';
import type { FileNotKept, RunFile, RunFiles } from './run-shapes.js';
import { Stop } from '../stop.js';
import { table } from '../terminal/table.js';

/** What a run left: the files that are to be had in a table, and below it those that are not. */
export function filesTable({ files, notKept = [] }: RunFiles): string {
  if (files.length === 0 && notKept.length === 0) return 'it left no files';
  return [...(files.length > 0 ? [tableOf(files)] : []), ...notKeptLines(notKept)].join('\n');
}

export function notKeptLines(notKept: readonly FileNotKept[]): string[] {
  return notKept.map(({ text, relay }) => `not kept: ${harmless(text)}, ${relay}`);
}

/** Whether something is missing that its command had left as it may. */
export function isMissing({ why }: FileNotKept): boolean {
  return why === 'missing' || why === 'lost';
}

function tableOf(files: readonly RunFile[]): string {
  return table(
    ['file', 'bytes', 'relay'],
    files.map(({ name, bytes, relay }) => [harmless(name), bytes, relay]),
  );
}

/**
 * Writes what a run left into a folder, which is made if need be. Nothing that is there is overwritten; of several relays each file has its relay's name before its own. Gives
 * the paths. @throws Stop where one cannot be written
 */
export async function saveFiles(
  api: ApiClient,
  runId: string,
  files: readonly RunFile[],
  folder: string,
): Promise<string[]> {
  const several = new Set(files.map(({ executionId }) => executionId)).size > 1;
  const saved: string[] = [];
  for (const { executionId, relay, name, bytes } of files) {
    const to = join(folder, safe(several ? `${relay}-${name}` : name));
    const parts: Buffer[] = [];
    const from = path`/runs/${runId}/files/${executionId}/${name}`;
    for await (const part of api.bytes(from, AbortSignal.timeout(60_000))) parts.push(part);
    const whole = Buffer.concat(parts);
    if (whole.length !== bytes) throw new Stop(`${name} came only in part; ask for it again`);
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(to, whole, { flag: 'wx', mode: 0o644 });
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException;
      throw new Stop(
        code === 'EEXIST'
          ? `${to} is there already, and was not touched; save into another folder`
          : `${to} cannot be written: ${message}`,
      );
    }
    saved.push(to);
  }
  return saved;
}

/** The server sees to it that names are names; what it says is not relied upon where files are written. */
function safe(name: string): string {
  if (/^\.{1,2}$|[/\\\p{Cc}]/u.test(name))
    throw new Stop(`the server names a file ${JSON.stringify(name)}, which is none`);
  return name;
}
