import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFaultSentence } from '@chasqui/replies';
import { bundleJsonSchema, readBundle } from '@chasqui/bundles';
import { print, type GlobalOptions } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { scaffold } from './scaffold.js';

/** `chasqui bundle new`: a folder with a bundle that runs as it is. Nothing that is there is overwritten. */
export async function newBundle(name: string, folder: string, options: GlobalOptions): Promise<void> {
  const files = {
    ...scaffold(name),
    'bundle.schema.json': `${JSON.stringify(bundleJsonSchema(), null, 2)}\n`,
  };
  const fault = readBundle(files['bundle.yaml']).faults.find(({ severity }) => severity === 'error');
  if (fault) throw new Stop(bundleFaultSentence(fault), exitCodes.usage);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await write(join(folder, file), text);
  const written = Object.keys(files).map((file) => join(folder, file));
  print(options, { name, folder, files: written }, () =>
    [...written.map((file) => `wrote ${file}`), `next: chasqui bundle lint ${folder}`].join('\n'),
  );
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    throw new Stop(`${file} is there already; choose another folder`);
  }
}
