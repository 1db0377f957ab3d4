import { topics, type Order } from '@chasqui/contracts';
import { makeStoreToken, seal } from '@chasqui/sealing';
import { outgoing } from '@chasqui/transport';
import { Inject, Injectable } from '@nestjs/common';
import type { ApiConfig } from '../config.js';
import { channelKey } from '../configuration/channel-key.js';
import type { ConfigurationView } from '../configuration/configuration-view.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from '../relays/board.service.js';
import { outboxRow, type OutboxRow } from '../runs/outbox.service.js';
import { storeClaimsFor } from '../store/store-claims.js';
import { configFacts } from './config-facts.js';
import { orderFor, type OrderParts } from './order-for.js';

/** Makes orders: whole, sealed for their relay, ready for the outbox. */
@Injectable()
export class Orders {
  constructor(
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** @param groups the asker's, by which the configuration goes */
  async order(
    parts: Omit<OrderParts, 'relayTags' | 'configuration'>,
    configuration: ConfigurationView,
    groups: readonly string[],
  ): Promise<OutboxRow> {
    const { stage, run } = parts;
    this.board.sent(stage.relay);
    const channel = channelKey({
      adapter: run.adapter,
      workspace: run.workspace ?? undefined,
      room: run.room,
    });
    const order = orderFor({
      ...parts,
      relayTags: this.board.get(stage.relay)?.tags ?? [],
      configuration: configuration.valuesFor(
        stage.bundle,
        configFacts({ id: run.user_id ?? '', groups }, channel),
      ),
    });
    if (!stage.command.store) return this.sealed(order);
    const claims = storeClaimsFor(order, channel);
    return this.sealed({ ...order, storeToken: await makeStoreToken(this.config.secretKey, claims) });
  }

  /** Whether there is a relay of this name that takes orders. */
  canSealFor(relay: string): boolean {
    return this.board.keysOf(relay) !== undefined;
  }

  private async sealed(order: Order): Promise<OutboxRow> {
    const keys = this.board.keysOf(order.relay);
    if (!keys) throw new Error(`relay ${order.relay} was chosen and has no key`);
    const text = await seal(order, order.relay, 'to-relay', keys.orders);
    const { relay, executionId, runId } = order;
    return outboxRow(outgoing(topics.relayOrders, { relay }, executionId, text, { 'run-id': runId }));
  }
}
