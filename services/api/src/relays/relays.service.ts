import { makeRelayToken, readRelayToken } from '@chasqui/sealing';
import { topics } from '@chasqui/contracts';
import { topicName, type Transport } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Credentials } from '../credentials/credentials.service.js';
import { Events } from '../events.js';
import { Problem } from '../http/problem.js';
import { TRANSPORT } from '../parts.js';
import { Sweep } from '../runs/sweep.service.js';
import { RelayBoard } from './board.service.js';

/** Creates relays, exchanges their tokens, revokes and removes them. What a token's secret is, only the relay and the encrypted row know. */
@Injectable()
export class Relays {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    private readonly credentials: Credentials,
    private readonly sweep: Sweep,
    private readonly events: Events,
    @Inject(TRANSPORT) private readonly transport: Transport,
  ) {}

  /** A new relay and its token, which is shown this once. @throws Problem 409 if there is one of that name */
  async create(name: string, tags: readonly string[]): Promise<string> {
    const token = makeRelayToken(name);
    if ((await this.enrol(token, tags)) === 'made') return token;
    throw this.board.get(name)?.revokedAt === undefined ? relayExists(name) : nameKept(name);
  }

  /**
   * Makes the relay that a token names, if there is none of that name; a token that was revoked makes nothing any more.
   * @throws RangeError if it is not a relay's token
   */
  async enrol(token: string, tags: readonly string[]): Promise<'made' | 'there' | 'revoked'> {
    const read = readRelayToken(token);
    if (!read) throw new RangeError('that is not a relay token; "chasqui relay create NAME" prints one');
    if (await this.credentials.isRevoked(read.secret)) return 'revoked';
    const made = await this.change(async (manager) => {
      const rows = await manager.query<unknown[]>(
        'insert into relays (name, tags) values ($1, $2) on conflict (name) do nothing returning name',
        [read.relay, [...tags]],
      );
      if (rows.length > 0) await this.credentials.add(manager, 'relay', read.relay, read.secret);
      return rows.length > 0;
    });
    // So that a relay that may not create its topic finds it. Nobody waits for a broker that is away.
    this.transport
      .prepare([{ topic: topics.relayOrders, params: { relay: read.relay } }])
      .catch(() => undefined);
    return made ? 'made' : 'there';
  }

  /** A new token, shown this once; those there are go on for `overlapMs`. @throws Problem 404, 409 */
  async rotate(name: string, overlapMs: number, by: string): Promise<string> {
    const token = makeRelayToken(name);
    await this.change(async (manager) => {
      await mustStand(manager, name);
      await this.credentials.exchange(manager, 'relay', name, readRelayToken(token)!.secret, overlapMs);
    });
    this.events.tokenChanged('relay', name, 'exchanged', by);
    return token;
  }

  /**
   * Its tokens are worth nothing from now on: what it reports is not believed, what it has in hand is lost, and its name stays taken.
   * @throws Problem 404, 409
   */
  async revoke(name: string, by: string): Promise<void> {
    await this.change(async (manager) => {
      await mustStand(manager, name);
      await manager.query('update relays set revoked_at = now(), revoked_by = $2 where name = $1', [
        name,
        by,
      ]);
      await this.credentials.revoke(manager, 'relay', name);
      // Orders that are not out yet: whoever has the token could read them.
      await manager.query('delete from outbox where topic = $1', [
        topicName(topics.relayOrders, { relay: name }),
      ]);
    });
    this.events.tokenChanged('relay', name, 'revoked', by);
    await this.sweep.sweepRevoked(Date.now());
  }

  /** A disabled relay is given nothing new; what it has in hand goes on, and is believed. @throws Problem 404, 409 */
  async enable(name: string, enabled: boolean): Promise<void> {
    await this.change(async (manager) => {
      await mustStand(manager, name);
      await manager.query(
        `update relays set disabled = $2, disabled_at = case when not $2 then null else coalesce(disabled_at, now()) end where name = $1`,
        [name, !enabled],
      );
    });
  }

  /** Forgets a relay: from now on its reports and heartbeats open for nobody. @throws Problem 404 */
  async remove(name: string): Promise<void> {
    const removed = await this.change(async (manager) => {
      await this.credentials.forget(manager, 'relay', name);
      return manager.query<unknown[]>(
        'with gone as (delete from relays where name = $1 returning name) select * from gone',
        [name],
      );
    });
    if (removed.length === 0) throw noSuchRelay(name);
  }

  /** Every instance reads again what is changed here. */
  private async change<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const done = await this.dataSource.transaction(async (manager) => {
      await manager.query(`update revisions set revision = revision + 1 where of = 'relays'`);
      return work(manager);
    });
    await this.board.load();
    return done;
  }
}

async function mustStand(manager: EntityManager, name: string): Promise<void> {
  const [row] = await manager.query<{ revoked_at: Date | null }[]>(
    'select revoked_at from relays where name = $1 for update',
    [name],
  );
  if (!row) throw noSuchRelay(name);
  if (row.revoked_at)
    throw new Problem(
      409,
      'relay-revoked',
      `The relay ${name} is revoked; "chasqui relay delete ${name}" and "chasqui relay create ${name}" make it anew.`,
      { name },
    );
}

export function noSuchRelay(name: string): Problem {
  return new Problem(
    404,
    'no-such-relay',
    `There is no relay ${name}; "chasqui relay list" shows those there are.`,
    { name },
  );
}

function relayExists(name: string): Problem {
  return new Problem(
    409,
    'relay-exists',
    `There is a relay ${name} already; "chasqui relay rotate ${name}" makes another token for it.`,
    { name },
  );
}

function nameKept(name: string): Problem {
  return new Problem(
    409,
    'relay-revoked',
    `The relay ${name} was revoked, and its name is kept from others; "chasqui relay delete ${name}" frees it.`,
    { name },
  );
}
