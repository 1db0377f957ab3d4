import { AdapterName, topics } from '@chasqui/contracts';
import { makeAdapterToken, readAdapterToken } from '@chasqui/sealing';
import type { Transport } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Credentials } from '../credentials/credentials.service.js';
import { Events } from '../events.js';
import { Problem } from '../http/problem.js';
import { TRANSPORT } from '../parts.js';
import { mustHoldAllOfAdapter, type Giver } from '../people/grant-only-what-you-hold.js';
import { AdapterBoard } from './adapter-board.service.js';

/** Creates adapters, exchanges their tokens, revokes and removes them. */
@Injectable()
export class Adapters {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly board: AdapterBoard,
    private readonly credentials: Credentials,
    private readonly events: Events,
    @Inject(TRANSPORT) private readonly transport: Transport,
  ) {}

  /**
   * A new adapter and its token, which is shown this once. Identities may be there before it: of an adapter of that name that was deleted, or
   * made by hand. @throws Problem 403 to who does not hold all that those do, 409 if there is one of that name
   */
  async create(name: string, workspaces: readonly string[], giver: Giver): Promise<string> {
    await mustHoldAllOfAdapter(this.dataSource, giver, name);
    const token = makeAdapterToken(name);
    if ((await this.enrol(token, workspaces)) === 'made') return token;
    throw problems.exists(name, this.board.get(name)?.revokedAt !== undefined);
  }

  /**
   * Makes the adapter that a token names, if there is none of that name; a token that was revoked makes nothing any more.
   * @throws RangeError if it is not an adapter's token
   */
  async enrol(token: string, workspaces: readonly string[]): Promise<'made' | 'there' | 'revoked'> {
    const read = readAdapterToken(token);
    if (!read || !AdapterName.safeParse(read.adapter).success)
      throw new RangeError('that is not an adapter token; "chasqui adapter create NAME" prints one');
    if (await this.credentials.isRevoked(read.secret)) return 'revoked';
    const made = await this.change(async (manager) => {
      const rows = await manager.query<unknown[]>(
        'insert into adapters (name, workspaces) values ($1, $2) on conflict (name) do nothing returning name',
        [read.adapter, [...workspaces]],
      );
      if (rows.length > 0) await this.credentials.add(manager, 'adapter', read.adapter, read.secret);
      return rows.length > 0;
    });
    const params = { adapter: read.adapter };
    // So that an adapter that may not create its topic finds it. Nobody waits for a broker that is away.
    this.transport.prepare([{ topic: topics.chatReplies, params }]).catch(() => undefined);
    return made ? 'made' : 'there';
  }

  /**
   * A new token, shown this once; those there are go on for `overlapMs`.
   * @throws Problem 403 to who does not hold all that those do who are somebody in that chat, 404, 409
   */
  async rotate(name: string, overlapMs: number, by: Giver & { readonly username: string }): Promise<string> {
    const token = makeAdapterToken(name);
    await this.change(async (manager) => {
      await this.mustStand(manager, name);
      await mustHoldAllOfAdapter(manager, by, name);
      await this.credentials.exchange(manager, 'adapter', name, readAdapterToken(token)!.secret, overlapMs);
    });
    this.events.tokenChanged('adapter', name, 'exchanged', by.username);
    return token;
  }

  /** Its tokens are worth nothing from now on, and its name stays taken. @throws Problem 404, 409 */
  async revoke(name: string, by: string): Promise<void> {
    await this.change(async (manager) => {
      await this.mustStand(manager, name);
      await manager.query('update adapters set revoked_at = now(), revoked_by = $2 where name = $1', [
        name,
        by,
      ]);
      await this.credentials.revoke(manager, 'adapter', name);
    });
    this.events.tokenChanged('adapter', name, 'revoked', by);
  }

  /** Forgets an adapter; its name may be taken again. @throws Problem 404 */
  async remove(name: string): Promise<void> {
    const removed = await this.change(async (manager) => {
      await this.credentials.forget(manager, 'adapter', name);
      return manager.query<unknown[]>(
        'with gone as (delete from adapters where name = $1 returning name) select * from gone',
        [name],
      );
    });
    if (removed.length === 0) throw problems.unknown(name);
  }

  private async mustStand(manager: EntityManager, name: string): Promise<void> {
    const [row] = await manager.query<{ revoked_at: Date | null }[]>(
      'select revoked_at from adapters where name = $1 for update',
      [name],
    );
    if (!row) throw problems.unknown(name);
    if (row.revoked_at) throw problems.revoked(name);
  }

  /** Every instance reads again what is changed here. */
  private async change<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const done = await this.dataSource.transaction(async (manager) => {
      await manager.query(`update revisions set revision = revision + 1 where of = 'adapters'`);
      return work(manager);
    });
    await this.board.load();
    return done;
  }
}

const problems = {
  exists: (name: string, revoked: boolean) =>
    new Problem(
      409,
      revoked ? 'adapter-revoked' : 'adapter-exists',
      revoked
        ? `The adapter ${name} was revoked, and its name is kept from others; "chasqui adapter delete ${name}" frees it.`
        : `There is an adapter ${name} already; "chasqui adapter rotate ${name}" makes another token for it.`,
      { name },
    ),
  revoked: (name: string) =>
    new Problem(
      409,
      'adapter-revoked',
      `The adapter ${name} is revoked; "chasqui adapter delete ${name}" and "chasqui adapter create ${name}" make it anew.`,
      { name },
    ),
  unknown: (name: string) =>
    new Problem(
      404,
      'no-such-adapter',
      `There is no adapter ${name}; "chasqui adapter list" shows those there are.`,
      {
        name,
      },
    ),
};
