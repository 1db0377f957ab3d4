import { encryptAtRest, makeRelayToken, readRelayToken } from '@chasqui/sealing';
import { topics } from '@chasqui/contracts';
import type { Transport } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Problem } from '../http/problem.js';
import { CONFIG, TRANSPORT } from '../parts.js';
import { RelayBoard } from './board.service.js';

/** Creates and removes relays. What a token's secret is, only the relay and the encrypted row know. */
@Injectable()
export class Relays {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly board: RelayBoard,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** A new relay and its token, which is shown this once. @throws Problem 409 if there is one of that name */
  async create(name: string, tags: readonly string[]): Promise<string> {
    const token = makeRelayToken(name);
    if (await this.enrol(token, tags)) return token;
    throw new Problem(
      409,
      'relay-exists',
      `There is a relay ${name} already; delete it first, or choose another name.`,
      { name },
    );
  }

  /**
   * Makes the relay that a token names, if there is none of that name. False if there is.
   * @throws RangeError if it is not a relay's token
   */
  async enrol(token: string, tags: readonly string[]): Promise<boolean> {
    const read = readRelayToken(token);
    if (!read) throw new RangeError('that is not a relay token; "chasqui relay create NAME" prints one');
    const rows: unknown[] = await this.dataSource.transaction(async (manager) => {
      await manager.query(`update revisions set revision = revision + 1 where of = 'relays'`);
      return manager.query(
        'insert into relays (name, tags, secret) values ($1, $2, $3) on conflict (name) do nothing returning name',
        [read.relay, [...tags], encryptAtRest(read.secret, this.config.secretKey)],
      );
    });
    // So that a relay that may not create its topic finds it. Nobody waits for a broker that is away.
    this.transport
      .prepare([{ topic: topics.relayOrders, params: { relay: read.relay } }])
      .catch(() => undefined);
    await this.board.load();
    return rows.length > 0;
  }

  /** Forgets a relay: from now on its reports and heartbeats open for nobody. @throws Problem 404 */
  async remove(name: string): Promise<void> {
    const removed = await this.dataSource.transaction(async (manager) => {
      await manager.query(`update revisions set revision = revision + 1 where of = 'relays'`);
      return manager.query<unknown[]>(
        'with gone as (delete from relays where name = $1 returning name) select * from gone',
        [name],
      );
    });
    if (removed.length === 0) throw noSuchRelay(name);
    await this.board.load();
  }
}

export function noSuchRelay(name: string): Problem {
  return new Problem(
    404,
    'no-such-relay',
    `There is no relay ${name}; "chasqui relay list" shows those there are.`,
    { name },
  );
}
