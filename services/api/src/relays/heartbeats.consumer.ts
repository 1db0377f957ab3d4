import { Heartbeat, topics, type Welcome } from '@chasqui/contracts';
import { nameIn, seal, type RelayKeys } from '@chasqui/sealing';
import { outgoing, type Transport } from '@chasqui/transport';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Credentials } from '../credentials/credentials.service.js';
import { Events } from '../events.js';
import { TRANSPORT } from '../parts.js';
import { RelayBoard } from './board.service.js';
import { RefusedTags } from './refused-tags.service.js';
import { RelayLife } from './relay-life.service.js';

/** Hears what relays say of themselves. Every instance hears every heartbeat, so that each can choose a relay by itself. */
@Controller()
export class HeartbeatsConsumer {
  constructor(
    private readonly board: RelayBoard,
    private readonly credentials: Credentials,
    private readonly events: Events,
    private readonly life: RelayLife,
    private readonly refusedTags: RefusedTags,
    @Inject(TRANSPORT) private readonly transport: Transport,
  ) {}

  @EventPattern<string>(topics.relayHeartbeats.name, { group: 'each-instance' })
  async hear(@Payload() sealed: string): Promise<void> {
    const name = nameIn(sealed) ?? '';
    const now = Date.now();
    const relay = await this.board.find(name);
    const opened = this.board.ringOf(name)?.open(sealed, 'from-relay', (keys) => keys.reports, now);
    if (opened === undefined) return this.rejected(name, relay ? 'revoked' : 'unknown-relay', now);
    if (typeof opened === 'string') return this.rejected(name, opened, now);
    const { data: heartbeat } = Heartbeat.safeParse(opened.message);
    if (heartbeat?.relay !== name) return this.rejected(name, 'wrong-token', now);
    this.credentials.used('relay', name, opened.with, now);
    // With the token that it has, whichever that is: the answer is the proof that both hold it.
    if (heartbeat.nonce !== undefined) await this.welcome(name, heartbeat.nonce, opened.with.keys, now);
    const shown = this.board.heard(heartbeat, now);
    if (shown === 'repeated') this.events.heartbeatRepeated(name);
    if (shown !== 'alive') return;
    if (heartbeat.inFlight === 0) await this.life.idle(name);
    await this.refusedTags.tell(name);
  }

  private async rejected(
    name: string,
    why: Parameters<Events['heartbeatRejected']>[1],
    now: number,
  ): Promise<void> {
    this.events.heartbeatRejected(name, why);
    await this.board.rejected(name, now);
  }

  private async welcome(relay: string, nonce: string, keys: RelayKeys, now: number): Promise<void> {
    const welcome: Welcome = { kind: 'welcome', relay, nonce, apiTime: now };
    const sealed = seal(welcome, relay, 'to-relay', keys.orders);
    await this.transport.publish(outgoing(topics.relayOrders, { relay }, relay, sealed, {}));
  }
}
