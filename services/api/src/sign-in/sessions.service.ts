import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { isUuid, newId } from '../ids.js';
import { CONFIG } from '../parts.js';
import { hashOf } from '../people/token-text.js';
import { storable } from '../storable.js';
import type { SessionShape } from './shapes.js';
import { signInProblems } from './sign-in-problems.js';
import { usualSignIn } from './sign-in-config.js';

export type SessionKind = 'browser' | 'cli';

/** Where somebody signed in from; shown to them, so that they know their sessions. */
export interface Whence {
  readonly address: string;
  readonly agent?: string;
}

/** A session that has just begun. Its text is known now and never again. */
export interface OpenedSession {
  readonly id: string;
  readonly text: string;
  readonly expiresAt: Date;
}

/** Who is signed in, and for how long. A session ends when its row is deleted, on every instance. */
@Injectable()
export class Sessions {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Begins one, with a new text; who had a session before gets another one, so that none can be put under somebody. */
  async open(
    userId: string,
    kind: SessionKind,
    { address, agent }: Whence,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<OpenedSession> {
    const { lifeMs, idleMs } = (this.config.signIn ?? usualSignIn)[kind];
    const text = `chqs_${randomBytes(32).toString('base64url')}`;
    const id = newId();
    const [row] = await manager.query<{ expires_at: Date }[]>(
      `insert into sessions (id, user_id, kind, hash, address, agent, idle, idle_until, expires_at)
       values ($1, $2, $3, $4, $5, $6, make_interval(secs => $7), now() + make_interval(secs => least($7, $8)), now() + make_interval(secs => $8))
       returning expires_at`,
      [
        id,
        userId,
        kind,
        hashOf(text),
        address,
        agent === undefined ? null : storable(agent).slice(0, 200),
        idleMs / 1000,
        lifeMs / 1000,
      ],
    );
    return { id, text, expiresAt: row!.expires_at };
  }

  /** Those that are alive, the last seen first. */
  async list(userId: string, current?: string): Promise<SessionShape[]> {
    const rows = await this.dataSource.query<SessionRow[]>(
      `select id, kind, address, agent, created_at, last_seen_at, least(idle_until, expires_at) as ends_at
       from sessions where user_id = $1 and idle_until > now() and expires_at > now() order by last_seen_at desc, id`,
      [userId],
    );
    return rows.map(({ id, kind, address, agent, created_at, last_seen_at, ends_at }) => ({
      id,
      kind,
      ...(address !== null && { address }),
      ...(agent !== null && { agent }),
      createdAt: created_at.toISOString(),
      lastSeenAt: last_seen_at.toISOString(),
      endsAt: ends_at.toISOString(),
      current: id === current,
    }));
  }

  /** @throws Problem 404 for one that this user does not have */
  async end(userId: string, id: string): Promise<void> {
    const [, ended] = isUuid(id)
      ? await this.dataSource.query<[unknown[], number]>(
          'delete from sessions where id = $1 and user_id = $2',
          [id, userId],
        )
      : [[], 0];
    if (ended === 0) throw signInProblems.unknownSession();
  }

  /** Answers how many there were. @param except one that goes on */
  async endAll(
    userId: string,
    except?: string,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<number> {
    const [, ended] = await manager.query<[unknown[], number]>(
      'delete from sessions where user_id = $1 and id is distinct from $2',
      [userId, except ?? null],
    );
    return ended;
  }

  /** Ends the one with this text, whoever it belongs to; for a browser that signs in anew. */
  async endByText(text: string): Promise<void> {
    await this.dataSource.query('delete from sessions where hash = $1', [hashOf(text)]);
  }

  /** Rows of sessions that are over, which nobody can use any more. */
  async forgetOld(): Promise<void> {
    await this.dataSource.query('delete from sessions where expires_at < now() or idle_until < now()');
  }
}

interface SessionRow {
  readonly id: string;
  readonly kind: SessionKind;
  readonly address: string | null;
  readonly agent: string | null;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly ends_at: Date;
}
