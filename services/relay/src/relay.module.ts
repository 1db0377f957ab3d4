import { Module, type BeforeApplicationShutdown, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { RelayConfig } from './config.js';
import { OrdersConsumer } from './orders/orders.consumer.js';
import { Relay, type RelayParts } from './relay.js';

/**
 * A relay in a Nest application, which also plugs the transport in and fills the relay's name into the topics' names:
 * `new TransportServer(transport, { group: relayGroup(name), instance, params: { relay: name } })`. Shutting the application down drains it.
 */
@Module({})
export class RelayModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(private readonly relay: Relay) {}

  static with(config: RelayConfig, parts: RelayParts): DynamicModule {
    return {
      module: RelayModule,
      controllers: [OrdersConsumer],
      providers: [{ provide: Relay, useFactory: () => Relay.open(config, parts) }],
      exports: [Relay],
    };
  }

  onApplicationBootstrap(): Promise<void> {
    return this.relay.begin();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.relay.drain();
  }

  onApplicationShutdown(): Promise<void> {
    return this.relay.close();
  }
}
