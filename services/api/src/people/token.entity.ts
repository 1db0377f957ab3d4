import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A token of a user, without the token itself. */
@Entity('api_tokens')
export class Token {
  @PrimaryColumn('uuid', { default: () => 'gen_random_uuid()' })
  id!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @Column('text')
  name!: string;

  /** SHA-256 of the whole token. */
  @Column('bytea')
  hash!: Buffer;

  /** What may be shown of it. */
  @Column('text')
  prefix!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** To within a minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  /** The permissions it is for; null where it is for everything. */
  @Column('text', { array: true, nullable: true })
  scopes!: string[] | null;

  /** The user name of whoever made it. */
  @Column('text', { name: 'created_by', nullable: true })
  createdBy!: string | null;
}
