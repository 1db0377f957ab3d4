import { readFile, writeFile } from 'node:fs/promises';

/** Lines typed before, newest first; none if there is no file, or it cannot be read: a history is not worth a complaint. */
export async function readHistory(file: string | undefined): Promise<string[]> {
  if (file === undefined) return [];
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}

/** Keeps the newest thousand, readable by nobody else: people type secrets. */
export async function writeHistory(file: string | undefined, history: readonly string[]): Promise<void> {
  if (file === undefined) return;
  await writeFile(file, history.slice(0, 1_000).join('\n') + '\n', { mode: 0o600 }).catch(() => undefined);
}
