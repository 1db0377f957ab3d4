import { Problem } from '../http/problem.js';

/** Every sentence of the store's HTTP, in one place. It is a command's author who reads them, in a command's output. */
export const storeProblems = {
  noToken: () =>
    new Problem(
      401,
      'no-store-token',
      'This needs the token in CHASQUI_STORE_TOKEN: send it as “Authorization: Bearer <token>”.',
    ),
  badToken: () =>
    new Problem(
      401,
      'bad-store-token',
      'This is no store token of this Chasqui: send CHASQUI_STORE_TOKEN as it is. An API token does not work here.',
    ),
  expired: (expiredAt: number) =>
    new Problem(
      401,
      'store-token-expired',
      `This store token expired at ${new Date(expiredAt).toISOString()}; it is good for one execution.`,
      { expiredAt: new Date(expiredAt).toISOString() },
    ),
  over: (runId: string, state: string) =>
    new Problem(
      401,
      'execution-over',
      `The execution that this store token was for is over (${state}); the token went with it.`,
      { runId, state },
    ),

  noSuchEntry: (scope: string, key: string) =>
    new Problem(404, 'no-such-entry', `There is no ${key} in the scope ${scope}.`, { scope, key }),
  noUserOrChannel: (scope: string) =>
    new Problem(422, 'no-such-owner', `Say whose ${scope} with ?owner=.`, { scope }),
  changed: (key: string, version: string | undefined) =>
    new Problem(
      412,
      'entry-changed',
      version === undefined
        ? `${key} is not there (any more); read it again.`
        : `${key} is at version ${version} now; read it again and decide anew.`,
      { key, version },
    ),
  badCondition: () =>
    new Problem(
      400,
      'bad-condition',
      'If-Match is an ETag as this server gave it, or *; If-None-Match can only be *. Give one of them.',
    ),
  notText: () => new Problem(422, 'not-text', 'A value is JSON or UTF-8 text; write bytes as base64.'),
  tooLarge: (bytes: number, most: number) =>
    new Problem(413, 'value-too-large', `A value may have ${most} bytes; this has ${bytes}.`, {
      bytes,
      most,
    }),
  full: (bundle: string, what: 'entries' | 'bytes', most: number) =>
    new Problem(
      409,
      'store-full',
      `${bundle} may keep ${most} ${what} and would have more; delete some, or write them with a ttl. "chasqui store list --bundle ${bundle}" shows them.`,
      { bundle, what, most },
    ),
};
