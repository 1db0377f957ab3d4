import { posix } from 'node:path';
import type { Order } from '@chasqui/contracts';
import { saidBy, type PolicyFor } from '../policy/policy-for.js';
import { isTarget } from './forbidden-mount.js';

/** Why the files of an order may not go in, or none may come out; undefined where they may. */
export function forbiddenFiles(
  { filesIn = [], filesOut }: Pick<Order, 'filesIn' | 'filesOut'>,
  policy: PolicyFor,
): string | undefined {
  const { in: most, out } = policy.files;
  const bytes = filesIn.reduce((sum, { base64 }) => sum + Buffer.byteLength(base64, 'base64'), 0);
  if (filesIn.length > 0 && most === 0)
    return saidBy(policy, ['files', 'in'], 'no files are given to commands');
  if (most !== undefined && bytes > most)
    return saidBy(
      policy,
      ['files', 'in'],
      `files of ${most} bytes in all may go in, and these have ${bytes}`,
    );
  if (filesOut && out === 0) return saidBy(policy, ['files', 'out'], 'no files are taken from commands');
  return misplaced(filesIn, filesOut);
}

/** The API sees to this when a bundle is installed; a relay does not rely on it. */
function misplaced(filesIn: NonNullable<Order['filesIn']>, filesOut: Order['filesOut']): string | undefined {
  const paths = filesIn.flatMap(({ to }) => (to === 'stdin' ? [] : [to]));
  const folders = new Set(paths.map((path) => posix.dirname(path)));
  const all = [...folders, ...(filesOut ? [filesOut.path] : [])];
  if (all.every(isTarget) && paths.every(isTarget) && folders.size < 2 && new Set(all).size === all.length)
    return undefined;
  return 'files go into one folder and come out of another, each with an absolute path, and not one of the system';
}
