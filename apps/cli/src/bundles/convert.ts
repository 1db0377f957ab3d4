import { writeFile } from 'node:fs/promises';
import { convertCog } from '@chasqui/bundles';
import { cogFaultSentence, cogNoteSentence, readTemplate } from '@chasqui/replies';
import { print, type GlobalOptions } from '../session.js';
import { Stop } from '../stop.js';
import { faultLine } from './print-fault.js';
import { readBundleFile } from './read-bundle-file.js';

/**
 * `chasqui bundle convert`: a Cog bundle file as one of ours on standard output, or in a file; what could not be carried over on standard
 * error. Exit code 1 if it cannot be converted at all.
 */
export async function convert(
  file: string,
  { output, ...options }: GlobalOptions & { readonly output?: string },
): Promise<void> {
  const { yaml, notes, faults } = convertCog(await readBundleFile(file), {
    readTemplate,
    sentence: cogNoteSentence,
  });
  const toldNotes = notes.map((note) => ({ ...note, message: cogNoteSentence(note) }));
  const toldFaults = faults.map((fault) => ({ ...fault, message: cogFaultSentence(fault) }));
  if (yaml !== undefined && output !== undefined) await write(output, yaml);
  const written = output === undefined ? yaml : undefined;
  print(
    options,
    { file, ok: yaml !== undefined, yaml: written, notes: toldNotes, faults: toldFaults },
    () => written ?? '',
  );
  if (!options.json) {
    const lines = [
      ...toldNotes.map((note) => faultLine(file, { ...note, severity: 'warning' })),
      ...toldFaults.map((fault) => faultLine(file, fault)),
    ];
    process.stderr.write(lines.map((line) => `${line}\n`).join(''));
  }
  if (yaml === undefined) throw new Stop('');
}

async function write(file: string, yaml: string): Promise<void> {
  try {
    await writeFile(file, yaml, { flag: 'wx' });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    const why = {
      EEXIST: 'it is there already',
      ENOENT: 'its folder is not there',
      EACCES: 'you may not write it',
    }[code ?? ''];
    throw new Stop(`${file} cannot be written: ${why ?? code}`);
  }
}
