import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
permissions: [write]
commands:
  status: { description: How it is, effect: read, executable: [/bin/echo, up], rules: [allow] }
  restart: { description: Restarts, executable: [/bin/echo, restarted], rules: [allow] }
  tidy: { description: Tidies up, effect: idempotent, executable: [/bin/echo, tidy], rules: [allow] }
  probe: { description: Looks, effect: read, image: 'busybox:1', executable: [/bin/true], rules: [allow] }
`;

const policy = `# What this relay may run
executables: [/bin/echo]
registries: [registry.example.com]
effects:
  write: { groups: [bob] }
  idempotent:
    permissions: [ops:write]
`;

whenPostgres('a relay’s policy', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    const people = { alice: ['ops:write'], bob: [] };
    room = await openRoom(serverUrl, { bundles: [ops], people, relays: { 'fra-1': [] }, policy });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  it.each([
    ['alice', '!ops:status', 'up'],
    ['bob', '!ops:restart', 'restarted'],
    ['alice', '!ops:tidy', 'tidy'],
    ['bob', '!ops:status | ops:restart $text', 'restarted'],
  ])('lets %s say %s', async (who, line, text) => {
    await room.says(who, line);
    expect((await room.hears(text)).mark).toBe('succeeded');
  });

  it.each([
    [
      'alice',
      '!ops:restart',
      'fra-1 does not allow this: policy line 5: commands that write are for the group bob, and alice is not in it. its policy file decides; its operator can change it',
    ],
    [
      'bob',
      '!ops:tidy',
      'policy line 7: commands that are idempotent need the permission ops:write, and bob does not have ops:write',
    ],
    ['alice', '!ops:status | ops:restart $text', 'policy line 5: commands that write are for the group bob'],
  ])('refuses %s, who says %s, with its line', async (who, line, sentence) => {
    await room.says(who, line);
    expect((await room.hears(sentence)).mark).toBe('refused');
  });
});
