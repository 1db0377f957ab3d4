/** The permissions that guard the API itself; each operation names one. The role `admin` always has all of them. */
export const builtInPermissions = [
  'chasqui:read-bundles',
  'chasqui:manage-bundles',
  'chasqui:read-users',
  'chasqui:manage-users',
  'chasqui:manage-groups',
  'chasqui:manage-roles',
  'chasqui:read-relays',
  'chasqui:manage-relays',
  'chasqui:read-runs',
  'chasqui:read-config',
  'chasqui:manage-config',
  'chasqui:own-config',
  'chasqui:read-store',
  'chasqui:manage-store',
  'chasqui:manage-aliases',
] as const;
export type BuiltInPermission = (typeof builtInPermissions)[number];

/** The group and the role that administrators have; neither can be deleted. */
export const admin = 'admin';
