import { Column, Entity, PrimaryColumn } from 'typeorm';

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
}
