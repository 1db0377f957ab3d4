import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const fleet = `
chasqui_bundle_version: 1
name: fleet
version: 1.0.0
description: What is done on every machine
permissions: [use]
commands:
  where: { description: Which relay it is, executable: [/usr/bin/printenv, CHASQUI_RELAY], rules: [allow] }
  gpu: { description: Which graphics card, executable: [/usr/bin/printenv, NO_SUCH_VARIABLE], rules: [allow] }
  facts: { description: A record, output: json, executable: [/bin/echo, '{"cores": 4}'], rules: [allow] }
  slow: { description: Takes its time, executable: [/bin/sleep, '2'], rules: [allow] }
  pause: { description: Has such an option itself, options: { pause: {} }, executable: [/bin/echo], rules: [allow] }
`;
const policy = `executables: [/bin/echo, /bin/sleep, /usr/bin/printenv]`;

whenPostgres('a room with several relays', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [fleet],
      people: { alice: ['relay:use'], bob: [] },
      relays: { 'fra-1': ['dc=fra'], 'fra-2': ['dc=fra', 'spare'], 'ams-1': ['dc=ams'] },
      policy,
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  it('hears of each of them in one message, which changes while they are at work', async () => {
    await room.says('bob', '!fleet:slow --on-each dc=fra --waves 1');
    const over = await room.hears(/all 2 relays succeeded/);
    const running = room.replies()[0]!;
    expect(running.text).toMatch(/^fleet:slow: wave \d of 2, \d of 2 relays done/);
    expect(over).toMatchObject({ mark: 'succeeded', runId: running.runId, inReplyTo: running.inReplyTo });
    expect(over.seq).toBeGreaterThan(running.seq);
    expect(over.text).toMatch(/fra-1 +succeeded +[\d.]+ s +0\nfra-2 +succeeded +[\d.]+ s +0/);
  });

  it('goes on with what was not done, by the rights of now', async () => {
    await room.says('bob', '!fleet:gpu --on-each dc --waves 1,100%');
    const { text } = await room.hears('0 of 3 relays succeeded, 1 did not and 2 were not started');
    expect(text).toMatch(/ams-1 +failed .+\nfra-1 +not started\nfra-2 +not started/);
    const [again] = /again \S+ --failed/.exec(text)!;
    await room.says('alice', `!${again}`);
    await room.hears(/there is no run .* that you may see/);
    await room.says('bob', `!${again}`);
    await room.hears('0 of 3 relays succeeded, 1 did not and 2 were not started');
  });

  it('filters what they said, and remembers it', async () => {
    await room.says('bob', '!fleet:facts --on-each dc | where relay=fra-2');
    await room.hears(/relay +fra-2\s+cores +4/);
    await room.says('bob', '!fleet:where --on-each dc=fra');
    await room.hears('all 2 relays succeeded');
    await room.says('bob', '!last | pluck text');
    await room.hears(/fra-1\nfra-2/);
  });

  it('leaves an option to a command that declared it', async () => {
    await room.says('bob', '!fleet:pause --pause soon');
    await room.hears('--pause=soon');
    await room.says('bob', `!fleet:where --on dc=ams '--pause' 3s`);
    await room.hears('exit code');
  });
});
