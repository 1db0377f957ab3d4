/**
 * The permissions that guard the API itself; each operation names one. `relay:use` is for relays that are protected, `relay:tag` for tags
 * that are. The role `admin` always has all of them.
 */
export const builtInPermissions = [
  'chasqui:read-bundles',
  'chasqui:manage-bundles',
  'chasqui:read-users',
  'chasqui:manage-users',
  'chasqui:manage-groups',
  'chasqui:manage-roles',
  'chasqui:read-relays',
  'chasqui:manage-relays',
  'chasqui:read-adapters',
  'chasqui:manage-adapters',
  'chasqui:read-runs',
  'chasqui:cancel-runs',
  'chasqui:read-config',
  'chasqui:manage-config',
  'chasqui:own-config',
  'chasqui:read-store',
  'chasqui:manage-store',
  'chasqui:manage-aliases',
  'chasqui:read-rules',
  'chasqui:manage-rules',
  'chasqui:read-audit',
  'chasqui:own-schedules',
  'chasqui:manage-schedules',
  'chasqui:simulate',
  'chasqui:manage-secrets',
  'relay:use',
  'relay:tag',
] as const;
export type BuiltInPermission = (typeof builtInPermissions)[number];

/** The group and the role that administrators have; neither can be deleted. */
export const admin = 'admin';

/** What these can be limited to, beside applications: what looks at them knows which one thing it is about. */
export const limitable: Readonly<Partial<Record<BuiltInPermission, readonly ('bundle' | 'relay')[]>>> = {
  'chasqui:read-bundles': ['bundle'],
  'chasqui:manage-bundles': ['bundle'],
  'chasqui:read-config': ['bundle'],
  'chasqui:manage-config': ['bundle'],
  'chasqui:read-store': ['bundle'],
  'chasqui:manage-store': ['bundle'],
  'chasqui:read-relays': ['relay'],
  'chasqui:manage-relays': ['relay'],
  'relay:use': ['relay'],
  'relay:tag': ['relay'],
};
