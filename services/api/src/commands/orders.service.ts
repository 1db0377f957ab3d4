import { topics, type Cancel, type Order } from '@chasqui/contracts';
import { makeStoreToken, seal } from '@chasqui/sealing';
import { outgoing, type Transport } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { channelKey } from '../configuration/channel-key.js';
import type { ConfigurationView } from '../configuration/configuration-view.js';
import { readGiven } from '../files/run-files.js';
import { CONFIG, TRANSPORT } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { outboxRow, type OutboxRow } from '../runs/outbox.service.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { storeClaimsFor } from '../store/store-claims.js';
import { configFacts } from './config-facts.js';
import { orderFor, type Holdings, type OrderParts } from './order-for.js';

/** Makes orders: whole, sealed for their relay, ready for the outbox. */
@Injectable()
export class Orders {
  constructor(
    private readonly board: RelayBoard,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(TRANSPORT) private readonly transport: Transport,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /**
   * @param holdings the asker's: the configuration goes by the groups, a relay's policy may ask for both
   * @param db the transaction that it is made in, where it is
   */
  async order(
    parts: Omit<OrderParts, 'relayTags' | 'configuration' | 'configuredSecrets' | 'holdings' | 'files'>,
    configuration: ConfigurationView,
    holdings: Holdings,
    db: Pick<EntityManager, 'query'> = this.dataSource,
  ): Promise<OutboxRow> {
    const { stage, run, execution } = parts;
    const takesFiles = execution.stage === 0 && stage.command.files?.in;
    this.board.sent(stage.relay);
    const channel = channelKey({
      adapter: run.adapter,
      workspace: run.workspace ?? undefined,
      room: run.room,
    });
    const facts = configFacts({ id: run.user_id ?? '', groups: holdings.groups }, channel);
    const { values } = configuration.resolve(stage.bundle, facts);
    const order = orderFor({
      ...parts,
      holdings,
      relayTags: this.board.get(stage.relay)?.tags ?? [],
      configuration: Object.fromEntries(values.map(({ key, text }) => [key, text])),
      files: takesFiles ? await readGiven(db, run.id) : [],
      configuredSecrets: values.filter(({ secret }) => secret).map(({ text }) => text),
    });
    if (!stage.command.store) return this.sealed(order);
    const claims = storeClaimsFor(order, channel);
    return this.sealed({ ...order, storeToken: await makeStoreToken(secretKeysOf(this.config), claims) });
  }

  /** Whether there is a relay of this name that takes orders. */
  canSealFor(relay: string): boolean {
    return this.board.keysFor(relay, Date.now()) !== undefined;
  }

  /**
   * Asks an execution's relay to stop it; undefined where the relay was revoked and hears nothing any more. One that takes no orders may still
   * have something to stop.
   */
  async cancel(message: Cancel): Promise<OutboxRow | undefined> {
    const { relay, executionId, runId } = message;
    const keys = this.board.ringOf(relay)?.inUse(Date.now())?.keys;
    if (!keys) return undefined;
    const text = seal(message, relay, 'to-relay', keys.orders);
    return outboxRow(outgoing(topics.relayOrders, { relay }, executionId, text, { 'run-id': runId }));
  }

  private async sealed(order: Order): Promise<OutboxRow> {
    const keys = this.board.keysFor(order.relay, Date.now());
    if (!keys) throw new Error(`relay ${order.relay} was chosen and has no key`);
    const text = seal(order, order.relay, 'to-relay', keys.orders);
    const { relay, executionId, runId } = order;
    const row = outboxRow(outgoing(topics.relayOrders, { relay }, executionId, text, { 'run-id': runId }));
    return this.transport.connected() ? row : { ...row, attempted: false };
  }
}
