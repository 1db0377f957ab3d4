import type { Mount } from '@chasqui/contracts';
import type { Policy } from '../policy.js';

/** Where the engine and the kernel have their own. */
const notTargets = ['/proc', '/sys', '/dev'];

/**
 * Why one of these mounts may not be; undefined where all may. A folder is allowed by its own name and never by the one above it: in a folder
 * that a command may write it could make a link to anywhere, and ask for that next.
 */
export function forbiddenMount(mounts: readonly Mount[], { mounts: allowed }: Policy): string | undefined {
  for (const { source, target, readOnly } of mounts) {
    const found = allowed.find((one) => one.source === source);
    if (!found)
      return `the folder ${source} may not be mounted: this relay's policy allows ${listed(allowed)}`;
    if (found.readOnly && !readOnly)
      return `the folder ${source} may be mounted to be read only: this relay's policy does not say "readOnly: false" of it in mounts`;
    if (!isTarget(target))
      return `a folder cannot be mounted at ${target}: it takes an absolute path, and not one of ${['/', ...notTargets].join(', ')}`;
  }
  return undefined;
}

function isTarget(path: string): boolean {
  const clean =
    /^\/[^\0]+$/.test(path) &&
    !path
      .split('/')
      .slice(1)
      .some((part) => ['', '.', '..'].includes(part));
  return clean && !notTargets.some((taken) => path === taken || path.startsWith(`${taken}/`));
}

function listed(allowed: Policy['mounts']): string {
  if (allowed.length === 0) return 'no mounts';
  return `only ${allowed.map(({ source, readOnly }) => (readOnly ? `${source} (to be read)` : source)).join(', ')}`;
}
