import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person, or a service account. The username is for people, and never changes; `id` is what everything else refers to. */
@Entity('users')
export class User {
  @PrimaryColumn('uuid', { default: () => 'gen_random_uuid()' })
  id!: string;

  @Column('text')
  username!: string;

  @Column('text')
  email!: string;

  @Column('text', { name: 'full_name', default: '' })
  fullName!: string;

  /** Deactivated people keep all they have and may do nothing. */
  @Column('boolean', { default: true })
  active!: boolean;

  /** A service account signs in by tokens alone. */
  @Column('text', { default: 'person' })
  kind!: 'person' | 'service';

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
