import { isLoopback } from '../server/plain-http.js';
import { exitCodes, Stop } from '../stop.js';

/** Where a bundle file comes from. */
export type BundleSource =
  | { readonly kind: 'stdin' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly url: URL }
  | {
      readonly kind: 'git';
      readonly repository: string;
      /** A file or a folder in it; empty for its top. */
      readonly path: string;
      /** A branch, a tag or a commit; undefined for what the repository shows first. */
      readonly ref?: string;
    };

/**
 * Reads how a source is written: `-`, a file or folder, `https://…/bundle.yaml`, or a Git repository, which is told by `.git` at the end of
 * its address, by `git+` before it, or by `ssh://` or `file://`. Behind `//` stands the path in it, behind `@` a branch, tag or commit:
 * `https://host/repo.git//folder/bundle.yaml@v1.2`, `git+ssh://git@host/repo//folder`, `./repo.git@main`.
 * @throws Stop where it can be none
 */
export function readSource(text: string): BundleSource {
  if (text === '-') return { kind: 'stdin' };
  if (text === '' || text.startsWith('-'))
    throw refused(`${text || 'an empty text'} names no bundle; a file that begins with - is written ./-…`);
  const forced = text.startsWith('git+');
  const [, start = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(forced ? text.slice(4) : text)!;
  const protocol = start.slice(0, -3).toLowerCase();
  const { place, path, ref } = readPlace(rest, forced || ['ssh', 'file'].includes(protocol));
  if (place !== undefined) return repositoryAt(text, start, place, path, ref);
  if (start === '') return { kind: 'path', path: text };
  if (!['https', 'http'].includes(protocol) || !URL.canParse(text)) throw noSource(text);
  return { kind: 'url', url: new URL(text) };
}

interface Place {
  /** Undefined: it is no repository. */
  readonly place?: string;
  readonly path: string;
  readonly ref?: string | undefined;
}

function readPlace(rest: string, forced: boolean): Place {
  const slashes = rest.indexOf('//', 1);
  const place = slashes < 0 ? rest : rest.slice(0, slashes);
  if (slashes >= 0 && (forced || place.endsWith('.git'))) {
    const [, path, ref] = /^(.*?)(?:@([^@]*))?$/s.exec(rest.slice(slashes + 2))!;
    return { place, path: path!, ref };
  }
  const whole = /^(.*\.git)(?:@([^@]*))?$/s.exec(rest);
  if (whole) return { place: whole[1]!, path: '', ref: whole[2] };
  // An @ before the first slash is somebody's name.
  const [, bare, ref] = /^([^/]*\/.*?|[^/]*)(?:@([^@/]*))?$/s.exec(rest)!;
  return forced ? { place: ref === undefined ? rest : bare!, path: '', ref } : { path: '' };
}

function repositoryAt(text: string, start: string, place: string, path: string, ref?: string): BundleSource {
  const protocol = start.slice(0, -3).toLowerCase();
  if (!['', 'https', 'http', 'ssh', 'file'].includes(protocol) || place.includes('::')) throw noSource(text);
  if (protocol === 'http' && !(URL.canParse(start + place) && isLoopback(new URL(start + place).hostname)))
    throw refused(`${text} is not encrypted, so anybody on the way could change the bundle; use https`);
  if ([place, path, ref ?? ''].some((part) => part.startsWith('-')) || place === '' || ref === '')
    throw refused(
      `${text} is no repository: its address and what stands behind @ are not empty, and nothing begins with -`,
    );
  if (path.split('/').includes('..')) throw refused(`${path} leads out of the repository`);
  return { kind: 'git', repository: start + place, path, ...(ref !== undefined && { ref }) };
}

function noSource(text: string): Stop {
  return refused(
    `bundles do not come from ${text}; name a file, a folder, an https:// address, or a Git repository such as https://host/repo.git//folder/bundle.yaml@v1.0.0`,
  );
}

function refused(sentence: string): Stop {
  return new Stop(sentence, exitCodes.usage);
}
