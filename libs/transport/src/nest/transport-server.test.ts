import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { whenKafka } from '@chasqui/testbed/when';
import { Outage } from '@chasqui/contracts';
import { Controller, UseGuards, type CanActivate, type INestApplication, type Type } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { connectKafka } from '../kafka/connect-kafka.js';
import { MemoryTransport } from '../memory/memory-transport.js';
import { outgoing } from '../outgoing.js';
import { silentLog } from '../silent-log.fixture.js';
import type { Transport } from '../transport.js';
import { consume } from './consume.js';
import type { TransportContext } from './transport-context.js';

const orders = topic('orders.:relay');
const beats = topic('beats');
const heard: string[] = [];
const failures: (() => Error)[] = [];

const onlyFromFriends: CanActivate = {
  canActivate: (context) =>
    context.switchToRpc().getContext<TransportContext>().message.headers['from'] !== 'a stranger',
};

class Orders {
  async heard(value: { n: number }, { message }: TransportContext): Promise<void> {
    const failure = failures.shift();
    if (failure) throw failure();
    heard.push(`${message.topic} ${message.key} ${value.n} (${message.delivery})`);
  }
}
decorate(Orders, EventPattern(orders.name), Payload(), Ctx());
UseGuards(onlyFromFriends)(Orders);

class Beats {
  readonly id = randomUUID();
  heard(n: number): void {
    heard.push(`${this.id} ${n}`);
  }
}
decorate(Beats, EventPattern(beats.name, { group: 'each-instance' }), Payload('n'));

function suite(connect: () => Promise<Transport>): void {
  const apps: INestApplication[] = [];
  const transports: Transport[] = [];

  async function start(
    controller: Type,
    options: { params?: Record<string, string>; transport?: Transport } = {},
  ) {
    const transport = options.transport ?? (await connect());
    transports.push(transport);
    const module = await Test.createTestingModule({ controllers: [controller] }).compile();
    const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    apps.push(app);
    const params = options.params ?? { relay: 'fra-1' };
    consume(app, transport, {
      group: 'nest',
      instance: randomUUID(),
      params,
      topics: [orders, beats],
      named,
    });
    await app.startAllMicroservices();
    return transport;
  }

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await Promise.all(transports.splice(0).map((transport) => transport.close()));
    heard.length = failures.length = 0;
  });

  it('gives a consumer the checked value and the message', async () => {
    const transport = await start(Orders);
    await transport.publish(outgoing(orders, { relay: 'fra-1' }, 'k', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual(['orders.fra-1 k 1 (1)']), 30_000);
  });

  it('brings the message again by what the consumer threw', async () => {
    const transport = await start(Orders);
    failures.push(...Array.from({ length: 5 }, () => () => new Outage('database-unavailable')));
    await transport.publish(outgoing(orders, { relay: 'fra-1' }, 'k', { n: 1 }));
    // Any other error than the outage itself would have parked it after the fifth.
    await vi.waitFor(() => expect(heard).toEqual(['orders.fra-1 k 1 (6)']), { timeout: 20_000 });
  });

  it('goes by the name that the application has for what was thrown', async () => {
    const transport = await start(Orders);
    failures.push(...Array.from({ length: 5 }, () => () => new Error('connect ECONNREFUSED')));
    await transport.publish(outgoing(orders, { relay: 'fra-1' }, 'k', { n: 1 }));
    await vi.waitFor(() => expect(heard).toEqual(['orders.fra-1 k 1 (6)']), { timeout: 20_000 });
  });

  it('asks the guards', async () => {
    const transport = await start(Orders);
    await transport.publish(outgoing(orders, { relay: 'fra-1' }, 'a', { n: 1 }, { from: 'a stranger' }));
    await transport.publish(outgoing(orders, { relay: 'fra-1' }, 'a', { n: 2 }));
    await vi.waitFor(() => expect(heard).toEqual(['orders.fra-1 a 2 (1)']), { timeout: 20_000 });
  });

  it('gives each instance all messages where a consumer asks for it', async () => {
    const transport = await start(Beats);
    await start(Beats, { transport });
    await transport.publish(outgoing(beats, {}, 'a', { n: 1 }), outgoing(beats, {}, 'b', { n: 2 }));
    await vi.waitFor(() => expect(heard.length).toBe(4), 30_000);
    expect(new Set(heard.map((each) => each.split(' ')[0])).size).toBe(2);
  });

  it('takes nothing more once the application is closed', async () => {
    const transport = await start(Orders);
    await apps.pop()!.close();
    await transport.publish(outgoing(orders, { relay: 'fra-1' }, 'k', { n: 1 }));
    await start(Orders, { transport });
    await vi.waitFor(() => expect(heard).toEqual(['orders.fra-1 k 1 (1)']), { timeout: 20_000 });
  });

  it('does not start with a consumer that could never hear anything', async () => {
    class Unknown {
      heard(): void {}
    }
    decorate(Unknown, EventPattern('no.such.topic'));
    await expect(start(Unknown)).rejects.toThrow(
      'there is no topic no.such.topic to consume; there are orders.:relay, beats',
    );
    await expect(start(Orders, { params: {} })).rejects.toThrow(
      'the topic orders.:relay needs to know its relay',
    );
    class Asking {
      heard(): void {}
    }
    decorate(Asking, MessagePattern(beats.name));
    await expect(start(Asking)).rejects.toThrow('use @EventPattern instead of @MessagePattern');
  });
}

describe('Nest over the transport in memory', () =>
  suite(async () => new MemoryTransport({ log: silentLog })));

whenKafka('Nest over Kafka', (brokers) => {
  suite(() => connectKafka({ brokers, prefix: `nest-${randomUUID().slice(0, 8)}.`, log: silentLog }));
});

/** An application that knows a driver's error for the outage that it is. */
function named(error: unknown): unknown {
  return String(error).includes('ECONNREFUSED') ? new Outage('database-unavailable') : error;
}

function topic(name: string) {
  return { name, schema: z.object({ n: z.number() }), retentionMs: 60_000, partitions: 2 };
}

/** As `@Controller()` with a decorated method `heard`: decorators as such are not compiled in tests, which stand outside the package's tsconfig. */
function decorate(
  consumer: Type,
  pattern: (...method: never[]) => unknown,
  ...parameters: ParameterDecorator[]
): void {
  const prototype = consumer.prototype as object;
  parameters.forEach((parameter, index) => parameter(prototype, 'heard', index));
  (pattern as MethodDecorator)(prototype, 'heard', Object.getOwnPropertyDescriptor(prototype, 'heard')!);
  Controller()(consumer);
}
