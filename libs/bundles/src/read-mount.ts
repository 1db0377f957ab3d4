import type { Mount } from '@chasqui/contracts';

/** Reads `/host:/container`, or with `:ro` (as without) or `:rw` behind it; undefined where it is no such thing. */
export function readMount(text: string): Mount | undefined {
  const [, source, target, mode] = /^([^:]+):([^:]+?)(?::(ro|rw))?$/s.exec(text) ?? [];
  if (!isFolder(source) || !isFolder(target)) return undefined;
  return { source, target, readOnly: mode !== 'rw' };
}

/** Whether it is a path from the root that goes nowhere else: no `..`, nothing that YAML, a shell or an engine could read otherwise. */
export function isFolder(path: string | undefined): path is string {
  if (path === undefined || path.length > 1000 || !path.startsWith('/')) return false;
  // oxlint-disable-next-line no-control-regex -- it is what is looked for
  return !/[\u0000-\u001f:]/.test(path) && !path.split('/').includes('..');
}

/** Whether a file may be put there, or a folder of files: in its plain form, and not among what the kernel has. */
export function isFilePath(path: string): boolean {
  const parts = path.split('/').slice(1);
  return (
    isFolder(path) &&
    parts.length > 0 &&
    parts.every((part) => part !== '' && part !== '.' && part.length <= 100) &&
    !['proc', 'sys', 'dev'].includes(parts[0]!)
  );
}
