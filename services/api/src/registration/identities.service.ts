import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditSubjects } from '../audit/subjects.service.js';
import { registrationProblems as problems } from './registration-problems.js';
import type { IdentityOfUser, JoinedIdentity } from './shapes.js';

/** Who is who in the chats. Refusals are thrown as `Problem`. */
@Injectable()
export class Identities implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    private readonly subjects: AuditSubjects,
  ) {}

  /** Who somebody is in the chats, before and after they change it, for the audit log. */
  onModuleInit(): void {
    this.subjects.register('own-identities', {
      name: ({ asker }) => asker?.username,
      read: async (_, __, { asker }) => asker && this.of(asker.id),
    });
  }

  async of(userId: string): Promise<JoinedIdentity[]> {
    const rows = await this.dataSource.query<Row[]>(
      `select ${columns} from chat_identities i join users u on u.id = i.user_id where i.user_id = $1 order by i.adapter, i.workspace`,
      [userId],
    );
    return rows.map((row) => {
      const { username: _, ...identity } = shapeOf(row);
      return identity;
    });
  }

  async all(): Promise<IdentityOfUser[]> {
    const rows = await this.dataSource.query<Row[]>(
      `select ${columns} from chat_identities i join users u on u.id = i.user_id order by u.username, i.adapter, i.workspace`,
    );
    return rows.map(shapeOf);
  }

  /** @param workspace only there; without it, wherever the adapter goes */
  async remove(userId: string, adapter: string, workspace: string | undefined): Promise<void> {
    const [, removed] = await this.dataSource.query<[unknown, number]>(
      `delete from chat_identities where user_id = $1 and adapter = $2 and ($3::text is null or workspace = $3)`,
      [userId, adapter, workspace ?? null],
    );
    if (removed === 0) throw problems.noIdentity(adapter);
  }
}

interface Row {
  readonly username: string;
  readonly adapter: string;
  readonly workspace: string;
  readonly external_id: string;
  readonly joined_at: Date;
  readonly joined_by: JoinedIdentity['joinedBy'];
}

const columns = 'u.username, i.adapter, i.workspace, i.external_id, i.joined_at, i.joined_by';

function shapeOf({ username, adapter, workspace, external_id, joined_at, joined_by }: Row): IdentityOfUser {
  return {
    username,
    adapter,
    ...(workspace !== '' && { workspace }),
    id: external_id,
    joinedAt: joined_at.toISOString(),
    joinedBy: joined_by,
  };
}
