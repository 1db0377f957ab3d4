import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const isTranscript = (file: string) => /\.transcript\.ya?ml$/.test(file);
const isBundle = (file: string) => /\.ya?ml$/.test(file) && !isTranscript(file);

/**
 * The transcripts that somebody names: a transcript is itself, a folder stands for those in it (not for those in its folders), a bundle
 * file for the one beside it. A text is a sentence: there are none.
 */
export function transcriptFiles(named: readonly string[]): string[] | string {
  const files: string[] = [];
  for (const name of named) {
    const found = filesOf(name);
    if (typeof found === 'string') return found;
    files.push(...found);
  }
  return [...new Set(files)];
}

function filesOf(name: string): string[] | string {
  const found = statSync(name, { throwIfNoEntry: false });
  if (!found) return `${name} cannot be read: there is no such file`;
  if (found.isDirectory()) {
    const files = readdirSync(name).filter(isTranscript).toSorted();
    return files.length > 0
      ? files.map((file) => join(name, file))
      : `there is no transcript in ${name}; write one and call it NAME.transcript.yaml`;
  }
  if (isTranscript(name)) return [name];
  const beside = name.replace(/(\.ya?ml)$/, '.transcript$1');
  return existsSync(beside)
    ? [beside]
    : `there is no transcript beside ${name}; write one and call it ${beside}`;
}

/** The bundle file that a transcript is for where it names none: of the same name, or the folder's only one; undefined where that is not clear. */
export function bundleBeside(transcript: string): string | undefined {
  const folder = dirname(transcript);
  const same = ['.yaml', '.yml'].map((end) => transcript.replace(/\.transcript\.ya?ml$/, end));
  const all = readdirSync(folder).filter(isBundle);
  return same.find((file) => existsSync(file)) ?? (all.length === 1 ? join(folder, all[0]!) : undefined);
}
