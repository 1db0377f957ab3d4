import { randomUUID } from 'node:crypto';
import { whenKafka } from '@chasqui/testbed/when';
import { silentLog } from '../silent-log.fixture.js';
import { transportContract } from '../transport.contract.js';
import { connectKafka } from './connect-kafka.js';

whenKafka('the transport over Kafka', (brokers) => {
  transportContract(() => {
    const prefix = `test-${randomUUID().slice(0, 8)}.`;
    return { connect: () => connectKafka({ brokers, prefix, log: silentLog }) };
  });
});
