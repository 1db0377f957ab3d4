import { randomUUID } from 'node:crypto';
import { whenNats } from '@chasqui/testbed/when';
import { silentLog } from '../silent-log.fixture.js';
import { transportContract } from '../transport.contract.js';
import { connectNats } from './connect-nats.js';

whenNats('the transport over NATS', (server) => {
  transportContract(() => {
    const prefix = `test-${randomUUID().slice(0, 8)}.`;
    return { connect: () => connectNats({ servers: [server], prefix, log: silentLog }) };
  });
});
