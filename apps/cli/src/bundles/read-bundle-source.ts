import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { exitCodes, Stop } from '../stop.js';
import { bundleFiles } from './bundle-files.js';
import { readBytes } from './read-bundle-file.js';
import { readSource } from './bundle-source.js';

/** A bundle file's text, and what to call it where something is wrong with it. */
export interface NamedBundle {
  readonly file: string;
  readonly source: string;
}

/**
 * The bundle file of a source, wherever that is; with `sha256` only if its bytes have that sum.
 * @throws Stop
 */
export async function readBundleSource(text: string, sha256?: string): Promise<NamedBundle> {
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256))
    throw new Stop(`--sha256 ${sha256}: a SHA-256 sum is 64 hexadecimal digits`, exitCodes.usage);
  const { file, bytes } = await bytesOf(text);
  const sum = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== undefined && sum !== sha256.toLowerCase())
    throw new Stop(
      `${text} is not what you asked for: its SHA-256 sum is ${sum}, and was to be ${sha256.toLowerCase()}; nothing was installed`,
    );
  return { file, source: textOf(bytes, text) };
}

async function bytesOf(text: string): Promise<{ readonly file: string; readonly bytes: Buffer }> {
  const source = readSource(text);
  switch (source.kind) {
    case 'stdin':
      return { file: '-', bytes: await readBytes('-') };
    case 'path':
      return fileOf(source.path, text);
    case 'url': {
      const { fetchBundle } = await import('./fetch-bundle.js');
      return { file: source.url.href, bytes: await fetchBundle(source.url) };
    }
    case 'git': {
      const { withClone } = await import('./clone-bundle.js');
      return withClone(source, async (path) => {
        const found = await fileOf(path, text);
        return { ...found, file: found.file === path ? text : `${text}: ${basename(found.file)}` };
      });
    }
  }
}

/** A file, or the one bundle in a folder: `bundle.yaml` before all others. */
async function fileOf(
  path: string,
  named: string,
): Promise<{ readonly file: string; readonly bytes: Buffer }> {
  const files = await bundleFiles([path]);
  const chosen = files.length === 1 ? files[0] : files.find((file) => /^bundle\.ya?ml$/.test(basename(file)));
  if (chosen === undefined) throw new Stop(`${named} has several bundle files; name the one to install`);
  return { file: chosen, bytes: await readBytes(chosen) };
}

function textOf(bytes: Buffer, named: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Stop(`${named} is no text in UTF-8, so it is no bundle file`);
  }
}
