import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LimitKind } from './scoped-permission.js';

/** A set of permissions with a name. */
@Entity('roles')
export class Role {
  @PrimaryColumn('text')
  name!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}

@Entity('role_permissions')
export class RolePermission {
  @PrimaryColumn('text', { name: 'role_name' })
  role!: string;

  /** `bundle:name`. It outlives the bundle: whoever uninstalls one and installs it again finds the roles as they were. */
  @PrimaryColumn('text')
  permission!: string;

  /** The kind of thing it counts for alone; empty where it counts everywhere. */
  @PrimaryColumn('text', { name: 'limited_to', default: '' })
  limitedTo!: LimitKind | '';

  /** Which one: a name, or a selector of relays. */
  @PrimaryColumn('text', { default: '' })
  what!: string;
}
