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

  unknownPermission: (permission: string, nearest: readonly string[]) =>
    new Problem(
      422,
      'unknown-permission',
      `There is no permission ${permission}. ${nearest.length > 0 ? `Did you mean ${nearest.join(' or ')}?` : 'GET /permissions lists them.'}`,
      { permission, nearest },
    ),
  expiresInPast: (expiresAt: string) =>
    new Problem(
      422,
      'expires-in-past',
      `A token that expires at ${expiresAt} would never work; choose a time to come.`,
      { expiresAt },
    ),
};
