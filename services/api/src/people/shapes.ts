import { PermissionName } from '@chasqui/contracts';
import { z } from 'zod';

/** What REST takes and gives of people. Names are ASCII, so that none looks like another. */
const named = (what: string) =>
  z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,62}$/,
      `a ${what} is lower-case letters, digits, dots, dashes and underscores, at most 63, and starts with a letter or digit`,
    );

export const Username = named('user name');
export const GroupName = named('group name');
export const RoleName = named('role name');
export const AdapterName = named('adapter name');
export const TokenName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'a token name is letters, digits, dots, dashes and underscores, at most 63, and starts with a letter or digit',
  );

/** Text that stands on one line. */
const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'has a control character in it');
const Email = line(254).regex(/^[^\s@]+@[^\s@]+$/, 'is not an e-mail address');
const FullName = line(200);
const Workspace = line(200);
const time = z.iso.datetime({ offset: true });

export const Identity = z
  .strictObject({ adapter: z.string(), workspace: z.string().optional(), id: z.string() })
  .meta({ id: 'Identity' });

export const UserShape = z
  .strictObject({
    id: z.uuid(),
    username: z.string(),
    email: z.string(),
    fullName: z.string(),
    active: z.boolean(),
    groups: z.array(z.string()),
    identities: z.array(Identity),
    createdAt: time,
  })
  .meta({ id: 'User' });
export type UserShape = z.infer<typeof UserShape>;

export const NewUser = z.strictObject({ username: Username, email: Email, fullName: FullName.default('') });
export type NewUser = z.infer<typeof NewUser>;

export const UserChange = z.strictObject({ email: Email, fullName: FullName, active: z.boolean() }).partial();
export type UserChange = z.infer<typeof UserChange>;

export const NewIdentity = z.strictObject({ id: line(200).min(1), workspace: Workspace.default('') });
export type NewIdentity = z.infer<typeof NewIdentity>;

export const WorkspaceQuery = z.strictObject({
  workspace: Workspace.optional().describe('Only the identity of this workspace.'),
});
export type WorkspaceQuery = z.infer<typeof WorkspaceQuery>;

export const TokenShape = z
  .strictObject({
    name: z.string(),
    prefix: z.string(),
    createdAt: time,
    expiresAt: time.optional(),
    lastUsedAt: time.optional(),
  })
  .meta({ id: 'Token' });
export type TokenShape = z.infer<typeof TokenShape>;

export const NewToken = z.strictObject({ name: TokenName, expiresAt: time.optional() });
export type NewToken = z.infer<typeof NewToken>;

export const IssuedToken = z
  .strictObject({
    name: z.string(),
    token: z.string().describe('Shown this once.'),
    expiresAt: time.optional(),
  })
  .meta({ id: 'IssuedToken' });
export type IssuedToken = z.infer<typeof IssuedToken>;

export const GroupShape = z
  .strictObject({ name: z.string(), members: z.array(z.string()), roles: z.array(z.string()) })
  .meta({ id: 'Group' });
export type GroupShape = z.infer<typeof GroupShape>;

export const RoleShape = z
  .strictObject({ name: z.string(), permissions: z.array(z.string()) })
  .meta({ id: 'Role' });
export type RoleShape = z.infer<typeof RoleShape>;

export const PermissionShape = z
  .strictObject({ name: z.string(), from: z.string().describe('`built-in`, or a bundle and its version.') })
  .meta({ id: 'Permission' });

export const Me = z.strictObject({
  user: UserShape,
  groups: z.array(z.string()),
  roles: z.array(z.string()),
  permissions: z.array(z.string()),
});

export const OfUser = z.strictObject({ username: Username });
export type OfUser = z.infer<typeof OfUser>;
export const OfIdentity = z.strictObject({ username: Username, adapter: AdapterName });
export type OfIdentity = z.infer<typeof OfIdentity>;
export const OfToken = z.strictObject({ username: Username, name: TokenName });
export type OfToken = z.infer<typeof OfToken>;
export const OfGroup = z.strictObject({ group: GroupName });
export type OfGroup = z.infer<typeof OfGroup>;
export const OfMember = z.strictObject({ group: GroupName, username: Username });
export type OfMember = z.infer<typeof OfMember>;
export const OfGroupRole = z.strictObject({ group: GroupName, role: RoleName });
export type OfGroupRole = z.infer<typeof OfGroupRole>;
export const OfRole = z.strictObject({ role: RoleName });
export type OfRole = z.infer<typeof OfRole>;
export const OfPermission = z.strictObject({ role: RoleName, permission: PermissionName });
export type OfPermission = z.infer<typeof OfPermission>;
