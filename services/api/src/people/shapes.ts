import { PermissionName } from '@chasqui/contracts';
import { z } from 'zod';
import { oneLine } from '../one-line.js';
import { limitKinds } from './scoped-permission.js';

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

const Email = oneLine(254).regex(/^[^\s@]+@[^\s@]+$/, 'is not an e-mail address');
const FullName = oneLine(200);
const Workspace = oneLine(200);
const time = z.iso.datetime({ offset: true });

/** A permission that counts for one thing only. */
export const LimitedPermission = z
  .strictObject({
    permission: z.string(),
    of: z.enum(limitKinds),
    what: z.string().describe('The name of a bundle or an application, or a selector of relays.'),
  })
  .meta({ id: 'LimitedPermission' });

export const Subject = z.strictObject({ issuer: z.string(), subject: z.string() }).meta({ id: 'Subject' });

export const Identity = z
  .strictObject({ adapter: z.string(), workspace: z.string().optional(), id: z.string() })
  .meta({ id: 'Identity' });

export const UserShape = z
  .strictObject({
    id: z.uuid(),
    username: z.string(),
    email: z.string().describe('Empty for some service accounts.'),
    fullName: z.string(),
    active: z.boolean(),
    kind: z.enum(['person', 'service']).describe('A service account signs in by tokens alone.'),
    groups: z.array(z.string()),
    identities: z.array(Identity),
    subjects: z.array(Subject).describe('Who they are to identity providers.'),
    createdAt: time,
  })
  .meta({ id: 'User' });
export type UserShape = z.infer<typeof UserShape>;

export const NewUser = z
  .strictObject({
    username: Username,
    email: Email.optional().describe('A person needs one.'),
    fullName: FullName.default(''),
    kind: z.enum(['person', 'service']).default('person'),
  })
  .refine(({ kind, email }) => kind === 'service' || email !== undefined, {
    path: ['email'],
    message: 'a person needs an e-mail address; only service accounts go without',
  })
  // The same in the words of JSON Schema, for whoever reads /openapi.json.
  .meta({
    anyOf: [{ required: ['email'] }, { required: ['kind'], properties: { kind: { const: 'service' } } }],
  });
export type NewUser = z.infer<typeof NewUser>;

export const UserChange = z.strictObject({ email: Email, fullName: FullName, active: z.boolean() }).partial();
export type UserChange = z.infer<typeof UserChange>;

export const NewIdentity = z.strictObject({ id: oneLine(200).min(1), workspace: Workspace.default('') });
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
    scopes: z
      .array(z.string())
      .optional()
      .describe('The permissions it is for; without them it is for everything.'),
    createdBy: z.string().optional().describe('The user name of whoever made it.'),
  })
  .meta({ id: 'Token' });
export type TokenShape = z.infer<typeof TokenShape>;

export const NewToken = z.strictObject({
  name: TokenName,
  expiresAt: time.optional(),
  scopes: z
    .array(PermissionName)
    .min(1)
    .max(100)
    .optional()
    .describe(
      'The permissions it is for, those of its user at most; without them it is for everything, now and later.',
    ),
});
export type NewToken = z.infer<typeof NewToken>;

export const IssuedToken = z
  .strictObject({
    name: z.string(),
    token: z.string().describe('Shown this once.'),
    expiresAt: time.optional(),
    scopes: z.array(z.string()).optional(),
  })
  .meta({ id: 'IssuedToken' });
export type IssuedToken = z.infer<typeof IssuedToken>;

export const GroupShape = z
  .strictObject({ name: z.string(), members: z.array(z.string()), roles: z.array(z.string()) })
  .meta({ id: 'Group' });
export type GroupShape = z.infer<typeof GroupShape>;

export const RoleShape = z
  .strictObject({
    name: z.string(),
    permissions: z.array(z.string()).describe('Those that count everywhere.'),
    limited: z.array(LimitedPermission),
  })
  .meta({ id: 'Role' });
export type RoleShape = z.infer<typeof RoleShape>;

export const PermissionShape = z
  .strictObject({
    name: z.string(),
    from: z
      .string()
      .describe('`built-in`, `site` for those that an operator made, or a bundle and its version.'),
    description: z.string().optional(),
  })
  .meta({ id: 'Permission' });

export const Me = z.strictObject({
  user: UserShape,
  groups: z.array(z.string()),
  roles: z.array(z.string()),
  permissions: z.array(z.string()).describe('Those that count everywhere.'),
  limited: z.array(LimitedPermission),
  scopes: z.array(z.string()).optional().describe('What the token is for that was used.'),
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

/** What a permission is limited to: at most one of them. */
export const LimitQuery = z.strictObject({
  bundle: oneLine(100).min(1).optional().describe('Only for this bundle.'),
  relay: oneLine(500)
    .min(1)
    .optional()
    .describe('Only for relays that this selector matches: `env=prod`, `name=fra-1`.'),
  application: oneLine(100).min(1).optional().describe('Only for this application.'),
});
export type LimitQuery = z.infer<typeof LimitQuery>;

export const SitePermissionName = z
  .string()
  .regex(
    /^site:[a-z0-9][a-z0-9._-]{0,62}$/,
    'a permission of the site is `site:` and lower-case letters, digits, dots, dashes and underscores, at most 63',
  );
export const NewSitePermission = z.strictObject({
  name: SitePermissionName,
  description: oneLine(200).default(''),
});
export type NewSitePermission = z.infer<typeof NewSitePermission>;
export const OfSitePermission = z.strictObject({ name: SitePermissionName });
export type OfSitePermission = z.infer<typeof OfSitePermission>;
