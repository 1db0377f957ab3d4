import type { Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';

/** Every sentence of this feature that REST says. */
export const registrationProblems = {
  unknownCode: () =>
    new Problem(
      404,
      'unknown-code',
      'There is no such code: it was used, it is more than ten minutes old, or it was mistyped. Say “register” in the chat for a new one.',
    ),
  somebodyElse: () =>
    new Problem(
      409,
      'somebody-else',
      'That is not who asked for this code, so nobody was joined and the code is spent. Say “register” in the chat for a new one.',
    ),
  isSomebody: (adapter: string, id: string, you: boolean) =>
    new Problem(
      409,
      'identity-taken',
      you
        ? `${id} on ${adapter} is joined to you already; there is nothing to do.`
        : `${id} on ${adapter} is joined to another user; an administrator can change that.`,
      { adapter, id },
    ),
  isThereAlready: (adapter: string, workspace: string) =>
    new Problem(
      409,
      'already-joined',
      `You are joined to somebody else on ${adapter} already. If that is not you any more, remove it first: chasqui identity remove ${adapter}${workspace ? ` --workspace ${workspace}` : ''}`,
      { adapter, ...(workspace && { workspace }) },
    ),
  tooManyTries: (waitSeconds: number) =>
    new Problem(
      429,
      'too-many-tries',
      `That were too many wrong codes; try again in ${Math.max(1, Math.ceil(waitSeconds / 60))} minutes.`,
      { waitSeconds },
    ),
  noIdentity: (adapter: string) =>
    new Problem(
      404,
      'unknown-identity',
      `You are joined to nobody on ${adapter}; GET /me/identities lists yours.`,
      {
        adapter,
      },
    ),
  forServices: (username: string) =>
    new Problem(
      403,
      'service-account',
      `${username} is a service account, and nobody in a chat can be one; sign in as yourself.`,
      { username },
    ),
};

/** A chat identity may do all that its user may, and what is said in a chat is said by a person. @throws Problem 403 */
export function personOnly({ kind, username }: Principal): void {
  if (kind === 'service') throw registrationProblems.forServices(username);
}
