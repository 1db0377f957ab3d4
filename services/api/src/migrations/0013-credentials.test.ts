import { encryptAtRest, keysOf, makeRelayToken, readRelayToken, seal } from '@chasqui/sealing';
import { freshDatabase } from '@chasqui/testbed';
import { whenPostgres } from '@chasqui/testbed/when';
import { expect, it } from 'vitest';
import { configWith } from '../api-world.fixture.js';
import { Credentials } from '../credentials/credentials.service.js';
import { KeyRing } from '../credentials/key-ring.js';
import { openDatabase } from '../database.js';
import { Credentials1732233600013 } from './0013-credentials.js';

whenPostgres('an installation from before adapters had tokens', (serverUrl) => {
  it('keeps its relays and their tokens, there and back', async () => {
    const fresh = await freshDatabase(serverUrl);
    const dataSource = await openDatabase({ url: fresh.url, connections: 2 }, () => undefined);
    const migration = new Credentials1732233600013();
    const runner = dataSource.createQueryRunner();
    await migration.down(runner);
    const config = configWith();
    const { secret } = readRelayToken(makeRelayToken('fra-1'))!;
    await dataSource.query(`insert into relays (name, secret, last_seen_at) values ('fra-1', $1, now())`, [
      encryptAtRest(secret, config.secretKey),
    ]);
    await migration.up(runner);
    const held = (await new Credentials(dataSource, config).read('relay', keysOf)).get('fra-1')!;
    expect(held).toMatchObject([{ n: 1, usedSince: expect.any(Number) }]);
    const { reports } = await keysOf('fra-1', secret);
    const sealed = seal({ hello: 1 }, 'fra-1', 'from-relay', reports);
    const ring = new KeyRing('fra-1', held);
    expect(ring.open(sealed, 'from-relay', (keys) => keys.reports, Date.now())).toMatchObject({
      message: { hello: 1 },
    });
    await migration.down(runner);
    expect(await dataSource.query('select name from relays where secret is not null')).toHaveLength(1);
    await runner.release();
    await dataSource.destroy();
    await fresh.drop();
  });
});
