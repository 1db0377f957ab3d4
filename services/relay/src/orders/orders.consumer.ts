import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { topics, ToRelay } from '@chasqui/contracts';
import { openWithAny } from '@chasqui/sealing';
import { Park } from '@chasqui/transport';
import { Relay } from '../relay.js';
import { cancel } from './cancel.js';

/**
 * Everything that comes for this relay. What was not sealed for it, with its token, is parked and never run: who can write to the broker can
 * make a relay do nothing. Returns as soon as an order is safe; the command runs elsewhere.
 */
@Controller()
export class OrdersConsumer {
  constructor(private readonly relay: Relay) {}

  @EventPattern<string>(topics.relayOrders.name)
  async heard(@Payload() sealed: string): Promise<void> {
    const { config, orderKeys, heartbeats, executions } = this.relay;
    const opened = openWithAny(sealed, config.name, 'to-relay', orderKeys);
    if (opened === undefined)
      throw this.park('unsealed', `it was not sealed for ${config.name} with the token that this relay has`);
    const { data: message, error } = ToRelay.safeParse(opened);
    if (!message)
      throw this.park(
        'malformed',
        error.issues.map(({ path, message: what }) => `${path.join('.')}: ${what}`).join('; '),
      );
    if (message.relay !== config.name) throw this.park('unsealed', `it is for ${message.relay}`);
    if (message.kind === 'welcome') heartbeats.welcomed(message);
    else if (message.kind === 'cancel') await cancel(message, this.relay);
    else await executions.take(message, sealed);
  }

  private park(reason: 'unsealed' | 'malformed', detail: string): Park {
    this.relay.events.orderParked(reason, detail);
    return new Park(reason, detail);
  }
}
