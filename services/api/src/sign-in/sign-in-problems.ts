import { Problem } from '../http/problem.js';
import type { Weakness } from './password-strength.js';

/** Every sentence of signing in, in one place. */
export const signInProblems = {
  badCredentials: () =>
    new Problem(
      401,
      'bad-credentials',
      'The user name or the password is wrong. An administrator can set a new password with "chasqui user passwd".',
    ),
  tooManyFailures: (seconds: number) =>
    new Problem(
      429,
      'too-many-failures',
      `There were too many wrong passwords; try again in ${lasting(seconds)}.`,
      { retryAfter: seconds },
    ),
  inactive: (username: string) =>
    new Problem(401, 'inactive-person', `${username} is deactivated; ask an administrator.`, { username }),
  noPasswords: () =>
    new Problem(
      409,
      'no-password-sign-in',
      'People sign in here by the identity provider and not with a password; open /sign-in, or use "chasqui login".',
    ),
  serviceAccount: (username: string) =>
    new Problem(
      409,
      'service-account',
      `${username} is a service account, which has tokens and no password; make one with "chasqui user token ${username} NAME".`,
      { username },
    ),
  weakPassword: ({ why, advice }: Weakness) =>
    new Problem(422, 'weak-password', ['This password is too weak.', why, ...advice].join(' '), {
      why,
      advice,
    }),
  wrongCurrent: () =>
    new Problem(403, 'wrong-current-password', 'The current password is not right; nothing was changed.'),
  needsCurrent: () =>
    new Problem(
      403,
      'needs-current-password',
      'To change your own password give the current one too; whoever may manage users can set a new one for you.',
    ),
  noPassword: (username: string) =>
    new Problem(404, 'no-password', `${username} has no password.`, { username }),
  unknownSession: () =>
    new Problem(
      404,
      'unknown-session',
      'There is no such session any more; GET …/sessions lists those there are.',
    ),
  noSession: () =>
    new Problem(
      409,
      'no-session',
      'You came with a token, not in a session; revoke the token to make it end.',
    ),
  crossSite: () =>
    new Problem(
      403,
      'cross-site',
      'This request changes something and came from a page of another site; do it on the page of this server, or send a token.',
    ),
  insecure: () =>
    new Problem(
      409,
      'insecure-connection',
      'A session needs HTTPS, or a browser on this machine; set CHASQUI_PUBLIC_URL to the https:// address that people use.',
    ),
  bootstrapped: () =>
    new Problem(
      409,
      'bootstrapped',
      'There is an administrator already; ask one of them for a user and a token.',
    ),
  badBootstrapToken: () =>
    new Problem(
      403,
      'bad-bootstrap-token',
      'This is not the bootstrap token; it is what CHASQUI_BOOTSTRAP_TOKEN says, or was printed when the API started.',
    ),
};

function lasting(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
