import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Somebody in a chat, joined to a user. A user has at most one in each workspace of each adapter. */
@Entity('chat_identities')
export class ChatIdentity {
  @PrimaryColumn('text')
  adapter!: string;

  /** The provider's workspace (Slack team); empty where there is none. */
  @PrimaryColumn('text', { default: '' })
  workspace!: string;

  /** The provider's own id, which never changes. */
  @PrimaryColumn('text', { name: 'external_id' })
  externalId!: string;

  @Column('uuid', { name: 'user_id' })
  userId!: string;

  @Column('timestamptz', { name: 'joined_at', default: () => 'now()' })
  joinedAt!: Date;

  /** Who saw to it: an administrator, or they themselves, with a code or by speaking up. */
  @Column('text', { name: 'joined_by', default: 'administrator' })
  joinedBy!: 'administrator' | 'code' | 'self';
}
