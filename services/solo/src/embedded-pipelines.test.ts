import { readPolicy } from '@chasqui/relay/policy';
import { createLogger } from '@chasqui/telemetry';
import { expect, it } from 'vitest';
import { openEmbedded } from './open-embedded.js';
import { startRoom } from './start-room.js';

const words = `
chasqui_bundle_version: 1
name: words
version: 1.0.0
description: Words
commands:
  say: { description: Says, executable: [/bin/echo], rules: [allow] }
`;

it('goes from stage to stage in the embedded database, which has one connection', async () => {
  const dataSource = await openEmbedded(undefined);
  const read = readPolicy('executables: [/bin/echo]');
  if (!('policy' in read)) throw new Error(read.faults.join());
  const logger = createLogger({ service: 'room', level: 'silent' });
  const room = await startRoom(
    { bundles: [words], people: { alice: [] }, relays: { local: [] }, policy: read.policy },
    { dataSource, logger },
  );
  try {
    const line = '!seed 1 2 3 4 5 6 | words:say $value | words:say again $text';
    await room.chat.say({ who: 'alice', line, saidAt: Date.now() });
    expect((await room.chat.answer()).text).toBe('again 1\nagain 2\nagain 3\nagain 4\nagain 5\nagain 6');
    await room.chat.say({ who: 'alice', line: '!last | count', saidAt: Date.now() });
    expect((await room.chat.answer()).text).toBe('count  6');
  } finally {
    await room.stop();
    await dataSource.destroy();
  }
});
