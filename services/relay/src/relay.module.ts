import {
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { RelayConfig } from './config.js';
import { OrdersConsumer } from './orders/orders.consumer.js';
import { Relay, type RelayParts } from './relay.js';

/** A relay in a Nest application: it begins with it, and shutting that down drains and closes it. `startRelay` plugs the transport in. */
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
