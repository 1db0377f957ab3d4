import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Stop } from '../stop.js';

/**
 * The bundle files that somebody names: a file is itself, a folder stands for the YAML files in it that are no transcripts (`-` is standard
 * input). Folders inside it are not looked into.
 */
export async function bundleFiles(named: readonly string[]): Promise<string[]> {
  return (await Promise.all(named.map(filesOf))).flat();
}

async function filesOf(named: string): Promise<string[]> {
  const found = named === '-' ? undefined : await stat(named).catch(() => undefined);
  if (!found?.isDirectory()) return [named];
  const files = (await readdir(named)).filter(isBundleFile).toSorted();
  if (files.length === 0) throw new Stop(`there is no bundle file in ${named}`);
  return files.map((file) => join(named, file));
}

function isBundleFile(file: string): boolean {
  return /\.ya?ml$/.test(file) && !/\.transcript\.ya?ml$/.test(file);
}
