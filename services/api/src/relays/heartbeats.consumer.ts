import { Heartbeat, topics, type Welcome } from '@chasqui/contracts';
import { open, relayNamedIn, seal, type RelayKey } from '@chasqui/sealing';
import { outgoing, type Transport } from '@chasqui/transport';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Events } from '../events.js';
import { TRANSPORT } from '../parts.js';
import { RelayBoard } from './board.service.js';

/** Hears what relays say of themselves. Every instance hears every heartbeat, so that each can choose a relay by itself. */
@Controller()
export class HeartbeatsConsumer {
  constructor(
    private readonly board: RelayBoard,
    private readonly events: Events,
    @Inject(TRANSPORT) private readonly transport: Transport,
  ) {}

  @EventPattern<string>(topics.relayHeartbeats.name, { group: 'each-instance' })
  async hear(@Payload() sealed: string): Promise<void> {
    const name = relayNamedIn(sealed) ?? '';
    if (!this.board.get(name)) await this.board.load();
    const keys = this.board.keysOf(name);
    const read = keys && Heartbeat.safeParse(await open(sealed, name, 'from-relay', keys.reports));
    if (!keys || !read?.success || read.data.relay !== name) {
      this.events.heartbeatRejected(name, keys === undefined ? 'unknown-relay' : 'wrong-token');
      await this.board.rejected(name, Date.now());
      return;
    }
    const now = Date.now();
    if (read.data.nonce !== undefined) await this.welcome(name, read.data.nonce, keys.orders, now);
    await this.board.heard(read.data, now);
  }

  private async welcome(relay: string, nonce: string, key: RelayKey, now: number): Promise<void> {
    const welcome: Welcome = { kind: 'welcome', relay, nonce, apiTime: now };
    const sealed = await seal(welcome, relay, 'to-relay', key);
    await this.transport.publish(outgoing(topics.relayOrders, { relay }, relay, sealed, {}));
  }
}
