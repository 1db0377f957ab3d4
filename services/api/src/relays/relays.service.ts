import { makeRelayToken, readRelayToken } from '@chasqui/sealing';
import { topics } from '@chasqui/contracts';
import { topicName, type Transport } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Credentials } from '../credentials/credentials.service.js';
import { Events } from '../events.js';
import type { Principal } from '../http/principal.js';
import { Problem } from '../http/problem.js';
import { TRANSPORT } from '../parts.js';
import { Sweep } from '../runs/sweep.service.js';
import { SitePolicies } from '../site-rules/site-policies.service.js';
import { RelayBoard } from './board.service.js';
import { mustBeAllowedToReplace, mustBeAllowedToTag } from './may-tag.js';
import { noSuchRelay, RelayChanges } from './relay-changes.service.js';

/** Creates relays, exchanges their tokens, revokes and removes them. What a token's secret is, only the relay and the encrypted row know. */
@Injectable()
export class Relays {
  constructor(
    private readonly changes: RelayChanges,
    private readonly board: RelayBoard,
    private readonly credentials: Credentials,
    private readonly sweep: Sweep,
    private readonly events: Events,
    private readonly policies: SitePolicies,
    @Inject(TRANSPORT) private readonly transport: Transport,
  ) {}

  /** A new relay and its token, which is shown this once. @throws Problem 403 where it would be protected, 409 if there is one of that name */
  async create(name: string, tags: readonly string[], asker: Principal): Promise<string> {
    const token = makeRelayToken(name);
    const may = async (manager: EntityManager) => {
      const policy = await this.policies.read(manager);
      mustBeAllowedToTag(asker, name, tags, policy);
      mustBeAllowedToReplace(asker, { name, tags }, policy);
    };
    if ((await this.enrol(token, tags, may)) === 'made') return token;
    throw this.board.get(name)?.revokedAt === undefined ? relayExists(name) : nameKept(name);
  }

  /**
   * Makes the relay that a token names, if there is none of that name; a token that was revoked makes nothing any more. `may` throws where it
   * must not be made.
   * @throws RangeError if it is not a relay's token
   */
  async enrol(
    token: string,
    tags: readonly string[],
    may?: (manager: EntityManager) => Promise<void>,
  ): Promise<'made' | 'there' | 'revoked'> {
    const { relay, secret } = readTokenOfRelay(token);
    if (await this.credentials.isRevoked(secret)) return 'revoked';
    const made = await this.changes.change(async (manager) => {
      await may?.(manager);
      return this.insert(manager, relay, secret, tags);
    });
    this.prepareTopics([relay]);
    return made ? 'made' : 'there';
  }

  /** The same for many at once, as at a start: all of them are written, and read again, together. */
  async enrolAll(
    wanted: readonly { readonly token: string; readonly tags: readonly string[] }[],
  ): Promise<{ relay: string; came: 'made' | 'there' | 'revoked' }[]> {
    const came = new Map<string, 'made' | 'there' | 'revoked'>();
    const tokens = wanted.map(({ token, tags }) => ({ ...readTokenOfRelay(token), tags }));
    for (const { relay, secret } of tokens)
      came.set(relay, (await this.credentials.isRevoked(secret)) ? 'revoked' : 'there');
    const names = tokens.map(({ relay }) => relay).filter((relay) => came.get(relay) === 'there');
    const there = await this.changes.namesAmong(names);
    const fresh = tokens.filter(({ relay }) => came.get(relay) === 'there' && !there.has(relay));
    if (fresh.length > 0)
      await this.changes.change(async (manager) => {
        for (const { relay, secret, tags } of fresh)
          if (await this.insert(manager, relay, secret, tags)) came.set(relay, 'made');
      });
    this.prepareTopics(names);
    return [...came].map(([relay, one]) => ({ relay, came: one }));
  }

  private async insert(
    manager: EntityManager,
    relay: string,
    secret: Uint8Array,
    tags: readonly string[],
  ): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      'insert into relays (name, tags) values ($1, $2) on conflict (name) do nothing returning name',
      [relay, [...tags]],
    );
    if (rows.length > 0) await this.credentials.add(manager, 'relay', relay, secret);
    return rows.length > 0;
  }

  /** So that a relay that may not create its topic finds it. Nobody waits for a broker that is away. */
  private prepareTopics(relays: readonly string[]): void {
    const wanted = relays.map((relay) => ({ topic: topics.relayOrders, params: { relay } }));
    this.transport.prepare(wanted).catch(() => undefined);
  }

  /** A new token, shown this once; those there are go on for `overlapMs`. @throws Problem 403 of a protected one, 404, 409 */
  async rotate(name: string, overlapMs: number, asker: Principal): Promise<string> {
    const token = makeRelayToken(name);
    await this.changes.changeStanding(name, async (manager, tags) => {
      await this.mayReplace(manager, asker, name, tags);
      await this.credentials.exchange(manager, 'relay', name, readRelayToken(token)!.secret, overlapMs);
    });
    this.events.tokenChanged('relay', name, 'exchanged', asker.username);
    return token;
  }

  /**
   * Its tokens are worth nothing from now on: what it reports is not believed, what it has in hand is lost, and its name stays taken.
   * @throws Problem 403 of a protected one, 404, 409
   */
  async revoke(name: string, asker: Principal): Promise<void> {
    await this.changes.changeStanding(name, async (manager, tags) => {
      await this.mayReplace(manager, asker, name, tags);
      await manager.query('update relays set revoked_at = now(), revoked_by = $2 where name = $1', [
        name,
        asker.username,
      ]);
      await this.credentials.revoke(manager, 'relay', name);
      // Orders that are not out yet: whoever has the token could read them.
      await manager.query('delete from outbox where topic = $1', [
        topicName(topics.relayOrders, { relay: name }),
      ]);
    });
    this.events.tokenChanged('relay', name, 'revoked', asker.username);
    await this.sweep.sweepRevoked(Date.now());
  }

  /** Forgets a relay: from now on its reports and heartbeats open for nobody. @throws Problem 403 of a protected one, 404 */
  async remove(name: string, asker: Principal): Promise<void> {
    await this.changes.change(async (manager) => {
      const [relay] = await manager.query<{ tags: string[] }[]>(
        'select tags from relays where name = $1 for update',
        [name],
      );
      if (!relay) throw noSuchRelay(name);
      await this.mayReplace(manager, asker, name, relay.tags);
      await this.credentials.forget(manager, 'relay', name);
      await manager.query('delete from relays where name = $1', [name]);
    });
  }

  private async mayReplace(
    manager: EntityManager,
    asker: Principal,
    name: string,
    tags: readonly string[],
  ): Promise<void> {
    mustBeAllowedToReplace(asker, { name, tags }, await this.policies.read(manager));
  }
}

function readTokenOfRelay(token: string): { relay: string; secret: Uint8Array } {
  const read = readRelayToken(token);
  if (read) return read;
  throw new RangeError('that is not a relay token; "chasqui relay create NAME" prints one');
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
