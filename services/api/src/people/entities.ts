import { ChatIdentity } from './chat-identity.entity.js';
import { Group, GroupMember, GroupRole } from './group.entity.js';
import { Role, RolePermission } from './role.entity.js';
import { SitePermission } from './site-permission.entity.js';
import { Token } from './token.entity.js';
import { User } from './user.entity.js';

/** What the data source must know of this feature. */
export const peopleEntities = [
  User,
  Group,
  GroupMember,
  GroupRole,
  Role,
  RolePermission,
  SitePermission,
  Token,
  ChatIdentity,
];
