import { Column, Entity, PrimaryColumn } from 'typeorm';

/** People who have the same roles. */
@Entity('groups')
export class Group {
  @PrimaryColumn('text')
  name!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}

@Entity('group_members')
export class GroupMember {
  @PrimaryColumn('text', { name: 'group_name' })
  group!: string;

  @PrimaryColumn('uuid', { name: 'user_id' })
  userId!: string;

  /** Brought by what an identity provider says of them, which may take it away again. */
  @Column('boolean', { name: 'by_claim', default: false })
  byClaim!: boolean;
}

@Entity('group_roles')
export class GroupRole {
  @PrimaryColumn('text', { name: 'group_name' })
  group!: string;

  @PrimaryColumn('text', { name: 'role_name' })
  role!: string;
}
