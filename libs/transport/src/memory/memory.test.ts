import { describe } from 'vitest';
import { silentLog } from '../silent-log.fixture.js';
import { transportContract } from '../transport.contract.js';
import { MemoryTransport } from './memory-transport.js';

describe('the transport in memory', () => {
  transportContract(() => {
    const transport = new MemoryTransport({ log: silentLog });
    return { connect: async () => transport };
  });
});
