import type { BuiltInPermission } from './built-in-permissions.js';

/** What each built-in permission is the power to, in a few words for a list. */
export const permissionMeanings: Readonly<Record<BuiltInPermission, string>> = {
  'chasqui:read-bundles': 'look at bundles',
  'chasqui:manage-bundles':
    'install and enable bundles, and so decide what commands run and under which rules',
  'chasqui:read-users': 'look at users, groups, roles and permissions',
  'chasqui:manage-users': 'make, change and deactivate users, their passwords, tokens and identities',
  'chasqui:manage-groups': 'decide who is in which group, and which roles groups have',
  'chasqui:manage-roles': 'decide which permissions roles give, and make permissions of the site',
  'chasqui:read-relays': 'look at relays, protected ones too',
  'chasqui:manage-relays':
    'make relays, give them their tags, drain, pause and disable them, exchange and revoke their tokens',
  'chasqui:read-adapters': 'look at adapters',
  'chasqui:manage-adapters': 'make adapters, exchange and revoke their tokens',
  'chasqui:read-runs': 'look at what others ran, and at its output',
  'chasqui:cancel-runs': 'cancel what others ran',
  'chasqui:read-config': 'look at the configuration of commands; secrets show to nobody',
  'chasqui:manage-config': 'set the configuration of commands, secrets too',
  'chasqui:own-config': 'set configuration for oneself alone',
  'chasqui:read-store': 'look at what commands keep in the key-value store',
  'chasqui:manage-store': 'delete what commands keep in the key-value store',
  'chasqui:manage-aliases': 'set aliases for everybody',
  'chasqui:read-rules': 'look at the rules of the site and at what is protected',
  'chasqui:manage-rules': 'add and change rules of the site, and protect relays',
  'chasqui:read-audit': 'read and export the audit log',
  'chasqui:own-schedules': 'have lines run by a timetable, as oneself',
  'chasqui:manage-schedules': 'look at the schedules of others, pause and remove them',
  'chasqui:simulate': 'ask what others may do, and what a change would change',
  'chasqui:manage-secrets': 'see the settings in force, and encrypt stored secrets anew',
  'relay:use': 'run commands on protected relays',
  'relay:tag':
    'put protected tags on relays, and take them away; make, revoke and delete protected relays, and exchange their tokens',
};
