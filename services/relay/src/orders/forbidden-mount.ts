import type { Mount } from '@chasqui/contracts';
import type { Policy } from '../policy.js';
import { listed, saidBy, type PolicyFor } from '../policy/policy-for.js';

/** Where the engine and the kernel have their own. */
const notTargets = ['/proc', '/sys', '/dev'];

/**
 * Why one of these mounts may not be; undefined where all may. A folder is allowed by its own name and never by the one above it: in a folder
 * that a command may write it could make a link to anywhere, and ask for that next.
 */
export function forbiddenMount(mounts: readonly Mount[], policy: PolicyFor): string | undefined {
  for (const { source, target, readOnly } of mounts) {
    const at = policy.mounts.findIndex((one) => one.source === source);
    const found = policy.mounts[at];
    if (!found) return saidBy(policy, ['mounts'], `${allowedOnes(policy)}, not ${source}`);
    if (found.readOnly && !readOnly)
      return saidBy(
        policy,
        ['mounts', at],
        `the folder ${source} may be mounted to be read only; to be written it takes "readOnly: false" here`,
      );
    if (!isTarget(target))
      return `a folder cannot be mounted at ${target}: it takes an absolute path, and not one of ${['/', ...notTargets].join(', ')}`;
  }
  return undefined;
}

/** Whether something may be put there inside a container: an absolute path in its plain form, outside of what the kernel has. */
export function isTarget(path: string): boolean {
  const clean =
    /^\/[^\0]+$/.test(path) &&
    !path
      .split('/')
      .slice(1)
      .some((part) => ['', '.', '..'].includes(part));
  return clean && !notTargets.some((taken) => path === taken || path.startsWith(`${taken}/`));
}

function allowedOnes({ mounts }: Pick<Policy, 'mounts'>): string {
  if (mounts.length === 0) return 'no folders are mounted';
  const names = mounts.map(({ source, readOnly }) => (readOnly ? `${source} (to be read)` : source));
  return `only ${listed(names, 'and')} may be mounted`;
}
