import { topics } from '@chasqui/contracts';
import { connectKafka } from '@chasqui/transport';

/*
 * So many relays as the broker sees them when nothing happens: each with a connection of its own that reads its own topic of orders, as the
 * relay does it. Environment: BROKERS, COUNT.
 */
const brokers = process.env['BROKERS']!.split(',');
const count = Number(process.env['COUNT']);
for (let index = 0; index < count; index++) {
  const relay = `idle-${index}`;
  const transport = await connectKafka({ brokers, clientId: relay });
  await transport.subscribe(
    { topic: topics.relayOrders, params: { relay }, group: `relay-${relay}` },
    async () => undefined,
  );
}
process.stdout.write(`${count} consumers\n`);
