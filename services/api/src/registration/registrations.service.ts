import { keyFor } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import type { Principal } from '../http/principal.js';
import { CONFIG } from '../parts.js';
import { Outbox, promise } from '../runs/outbox.service.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { codeHash } from './code.js';
import { joinedNotices } from './joined-notices.js';
import { registrationProblems as problems } from './registration-problems.js';
import type { Candidate, ChatWho, JoinedIdentity } from './shapes.js';

/** So many wrong codes somebody may enter, and after how long they may begin again. */
const mostWrong = 10;
const wrongForMs = 600_000;

/** Codes, confirmed by those who are signed in. Refusals are thrown as `Problem`. */
@Injectable()
export class Registrations {
  private readonly key: Uint8Array;

  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    @Inject(CONFIG) config: ApiConfig,
  ) {
    this.key = keyFor('registration codes', secretKeysOf(config)).current.key;
  }

  /** Who in which chat asked for this code. A wrong one counts. */
  async look(asker: Principal, code: string): Promise<Candidate> {
    await this.mayTry(asker);
    const [found] = await this.dataSource.query<Row[]>(
      `select ${columns} from registrations where hash = $1 and expires_at > now()`,
      [codeHash(code, this.key)],
    );
    if (!found) throw await this.wrong(asker);
    return candidateOf(found);
  }

  /**
   * Joins whoever asked for the code to whoever confirms it, once. The one who confirms says who they were shown; where that is somebody else,
   * nothing is joined and the code is spent. Whom the chat knows as somebody already, and who is somebody there already, stays so.
   */
  async confirm(asker: Principal, code: string, shown: ChatWho): Promise<JoinedIdentity> {
    await this.mayTry(asker);
    const done = await this.dataSource.transaction(async (manager) => {
      const [[found]] = await manager.query<[Row[], number]>(
        `delete from registrations where hash = $1 and expires_at > now() returning ${columns}`,
        [codeHash(code, this.key)],
      );
      if (!found) return undefined;
      // Not thrown: with it the code would come back.
      if (!isSame(found, shown)) return 'other';
      const identity = await join(manager, asker, found);
      const notices = await joinedNotices(manager, asker, found);
      await promise(manager, notices);
      return { identity, notices };
    });
    if (done === undefined) throw await this.wrong(asker);
    if (done === 'other') throw problems.somebodyElse();
    this.outbox.send(done.notices);
    return done.identity;
  }

  private async mayTry({ id }: Principal): Promise<void> {
    const [tries] = await this.dataSource.query<{ wait: number }[]>(
      `select ceil(extract(epoch from since + $2 * interval '1 millisecond' - now()))::int as wait from registration_tries
       where user_id = $1 and wrong >= $3 and since > now() - $2 * interval '1 millisecond'`,
      [id, wrongForMs, mostWrong],
    );
    if (tries) throw problems.tooManyTries(tries.wait);
  }

  private async wrong({ id }: Principal) {
    await this.dataSource.query(
      `insert into registration_tries as t (user_id) values ($1)
       on conflict (user_id) do update set
         wrong = case when t.since > now() - $2 * interval '1 millisecond' then t.wrong + 1 else 1 end,
         since = case when t.since > now() - $2 * interval '1 millisecond' then t.since else now() end`,
      [id, wrongForMs],
    );
    return problems.unknownCode();
  }
}

interface Row {
  readonly adapter: string;
  readonly workspace: string;
  readonly external_id: string;
  readonly name: string | null;
  readonly room: string | null;
  readonly asked_at: Date;
  readonly expires_at: Date;
}

const columns = 'adapter, workspace, external_id, name, room, asked_at, expires_at';

async function join(manager: EntityManager, asker: Principal, found: Row): Promise<JoinedIdentity> {
  const place = [found.adapter, found.workspace];
  const there = await manager.query<{ username: string }[]>(
    `select u.username from chat_identities i join users u on u.id = i.user_id
     where i.adapter = $1 and i.workspace = $2 and i.external_id = $3`,
    [...place, found.external_id],
  );
  if (there[0])
    throw problems.isSomebody(found.adapter, found.external_id, there[0].username === asker.username);
  const rows = await manager.query<{ joined_at: Date }[]>(
    `insert into chat_identities (adapter, workspace, external_id, user_id, joined_by) values ($1, $2, $3, $4, 'code')
     on conflict do nothing returning joined_at`,
    [...place, found.external_id, asker.id],
  );
  if (!rows[0]) throw problems.isThereAlready(found.adapter, found.workspace);
  return {
    ...whoOf(found),
    joinedAt: rows[0].joined_at.toISOString(),
    joinedBy: 'code',
  };
}

function isSame(found: Row, shown: ChatWho): boolean {
  return (
    found.adapter === shown.adapter &&
    found.workspace === (shown.workspace ?? '') &&
    found.external_id === shown.id
  );
}

function whoOf({ adapter, workspace, external_id }: Row): ChatWho {
  return { adapter, ...(workspace !== '' && { workspace }), id: external_id };
}

function candidateOf(row: Row): Candidate {
  return {
    ...whoOf(row),
    ...(row.name !== null && { name: row.name }),
    ...(row.room !== null && { room: row.room }),
    askedAt: row.asked_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
