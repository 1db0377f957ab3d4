import { Problem } from '../http/problem.js';

/** Every sentence of this feature, in one place. */
export const problems = {
  unknownUser: (username: string) =>
    new Problem(404, 'unknown-user', `There is no user ${username}; GET /users lists them.`, { username }),
  unknownGroup: (group: string) =>
    new Problem(404, 'unknown-group', `There is no group ${group}; GET /groups lists them.`, { group }),
  unknownRole: (role: string) =>
    new Problem(404, 'unknown-role', `There is no role ${role}; GET /roles lists them.`, { role }),
  unknownToken: (username: string, name: string) =>
    new Problem(404, 'unknown-token', `${username} has no token ${name}.`, { username, name }),
  unknownIdentity: (username: string, adapter: string) =>
    new Problem(404, 'unknown-identity', `${username} is joined to nobody on ${adapter}.`, {
      username,
      adapter,
    }),
  notMember: (group: string, username: string) =>
    new Problem(404, 'not-a-member', `${username} is not a member of ${group}.`, { group, username }),
  roleNotHeld: (group: string, role: string) =>
    new Problem(404, 'role-not-held', `The group ${group} does not have the role ${role}.`, { group, role }),
  unknownSitePermission: (name: string) =>
    new Problem(
      404,
      'unknown-site-permission',
      `There is no permission ${name} that somebody made; GET /permissions lists all there are.`,
      { name },
    ),
  sitePermissionExists: (name: string) =>
    new Problem(409, 'permission-exists', `There is a permission ${name} already.`, { name }),
  permissionNotHeld: (role: string, permission: string) =>
    new Problem(404, 'permission-not-held', `The role ${role} does not have ${permission}.`, {
      role,
      permission,
    }),

  usernameTaken: (username: string) =>
    new Problem(409, 'username-taken', `There is a user ${username} already; choose another user name.`, {
      username,
    }),
  groupExists: (group: string) =>
    new Problem(409, 'group-exists', `There is a group ${group} already.`, { group }),
  roleExists: (role: string) => new Problem(409, 'role-exists', `There is a role ${role} already.`, { role }),
  tokenExists: (username: string, name: string) =>
    new Problem(
      409,
      'token-exists',
      `${username} has a token ${name} already; revoke it, or choose another name.`,
      { username, name },
    ),
  identityTaken: (adapter: string, id: string, username: string) =>
    new Problem(
      409,
      'identity-taken',
      `${id} on ${adapter} is ${username} already; take it from ${username} first.`,
      { adapter, id, username },
    ),
  builtIn: (kind: 'group' | 'role') =>
    new Problem(
      409,
      'built-in',
      `The ${kind} admin is built in and stays; without it nobody could administer anything.`,
      { [kind]: 'admin' },
    ),
  builtInPermission: (permission: string) =>
    new Problem(409, 'built-in', `The role admin always has the built-in permissions; ${permission} stays.`, {
      permission,
    }),
  lastAdmin: () =>
    new Problem(
      409,
      'last-admin',
      'That would leave nobody to administer this; add another active member to the group admin first.',
    ),

  givesMore: (missing: readonly string[]) =>
    new Problem(
      403,
      'more-than-you-hold',
      `That would give ${list(missing)}, which you do not hold yourself; ask an administrator, or somebody who does.`,
      { missing },
    ),
  actsAs: (username: string, missing: readonly string[]) =>
    new Problem(
      403,
      'more-than-you-hold',
      `With that you could act as ${username}, who holds ${list(missing)}, and you do not; ask an administrator, or somebody who does.`,
      { username, missing },
    ),
  speaksFor: (adapter: string, missing: readonly string[]) =>
    new Problem(
      403,
      'more-than-you-hold',
      `With that you could speak for everybody who is somebody in ${adapter}; some of them hold ${list(missing)}, and you do not; ask an administrator, or somebody who does.`,
      { adapter, missing },
    ),
  ofAnAdmin: (username: string) =>
    new Problem(
      403,
      'of-an-administrator',
      `${username} is an administrator, and only another administrator may do that.`,
      { username },
    ),
  makesAdmins: (what: string) =>
    new Problem(
      403,
      'makes-administrators',
      `${what} makes people administrators, and only an administrator may change that.`,
    ),
  wholeToken: (username: string) =>
    new Problem(
      403,
      'whole-token',
      `A token for ${username} without scopes would do whatever ${username} may at any time, and only an administrator makes one; say what it is for with scopes.`,
      { username },
    ),
  outlives: (expiresAt: string) =>
    new Problem(
      403,
      'outlives',
      `The token that you use ends at ${expiresAt}, and one that is made with it may not last longer; choose an earlier end, or sign in.`,
      { expiresAt },
    ),

  unknownPermission: (permission: string, nearest: readonly string[]) =>
    new Problem(
      422,
      'unknown-permission',
      `There is no permission ${permission}. ${nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : 'GET /permissions lists them.'}`,
      { permission, nearest },
    ),
  noSuchLimit: (permission: string, of: string, kinds: readonly string[]) =>
    new Problem(
      422,
      'no-such-limit',
      `${permission} cannot be limited to one ${of}${kinds.length > 0 ? `; it can to one ${kinds.join(' or ')}` : ''}; give it without --${of}.`,
      { permission, of, kinds },
    ),
  severalLimits: () =>
    new Problem(
      422,
      'several-limits',
      'A permission is limited to one thing: say one of bundle, relay and application, and give it again for another.',
    ),
  badLimit: (of: string, what: string, expected: string) =>
    new Problem(422, 'bad-limit', `${what} is no ${of}: here should be ${expected}.`, { of, what }),
  notForService: (username: string, what: string) =>
    new Problem(422, 'service-account', `${username} is a service account: ${what}; make a token for it.`, {
      username,
    }),
  lastsTooLong: (latest: string) =>
    new Problem(422, 'lasts-too-long', `No token here may last beyond ${latest}; choose an earlier end.`, {
      latest,
    }),
  scopeNotHeld: (username: string, scopes: readonly string[]) =>
    new Problem(
      422,
      'scope-not-held',
      `${username} does not hold ${list(scopes)}, so a token for it would do nothing; choose scopes that ${username} holds.`,
      { username, scopes },
    ),
  expiresInPast: (expiresAt: string) =>
    new Problem(
      422,
      'expires-in-past',
      `A token that expires at ${expiresAt} would never work; choose a time to come.`,
      { expiresAt },
    ),
};

/** At most five, and how many more. */
function list(names: readonly string[]): string {
  const [shown, more] = [names.slice(0, 5), names.length - 5];
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
