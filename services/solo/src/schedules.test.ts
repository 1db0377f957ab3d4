import { Firings } from '@chasqui/api/schedules/firings.service';
import { whenPostgres } from '@chasqui/testbed/when';
import { expect, it, vi } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
permissions: [write]
commands:
  report: { description: How it stands, executable: [/bin/echo, 'all', 'is', 'well'], rules: [allow] }
  restart:
    description: Not by itself
    executable: [/bin/echo, restarted]
    rules:
      - when origin == "schedule" deny
      - must have ops:write
`;

/** Whatever the clock of this machine says, it has come. */
const someday = Date.parse('2199-01-01T00:00:00Z');

whenPostgres('a schedule in a room', (server) => {
  it(
    'is made by somebody, answers without being asked, and is under rules that know what it is',
    { timeout: 90_000 },
    async () => {
      await using room = await openRoom(server, {
        bundles: [ops],
        people: { alice: ['chasqui:own-schedules', 'ops:write'], bob: [] },
        relays: { 'fra-1': ['dc=fra'] },
      });
      const overhears = (text: RegExp) =>
        vi.waitFor(
          () => {
            const said = room.chat.overheard
              .filter(({ mark }) => mark !== 'running')
              .map((reply) => reply.text);
            expect(
              said.some((one) => text.test(one)),
              said.join('\n'),
            ).toBe(true);
          },
          { timeout: 25_000, interval: 20 },
        );

      await room.says('bob', `!schedule create '0 9 * * *' 'ops:report'`);
      await room.hears('you need chasqui:own-schedules for that');
      await room.says(
        'alice',
        `!schedule create '0 9 * * mon-fri Europe/Berlin' 'ops:report' --missed once --name daily`,
      );
      await room.hears(
        /^daily runs as you: ops:report\nnext \w{3} \d{4}-\d\d-\d\d 09:00 Europe\/Berlin; .* runs once, /,
      );
      await room.says('alice', '!schedule run daily');
      await room.hears('daily runs now');
      await overhears(/^schedule daily of alice, run by hand\nall is well$/);

      await room.says('alice', `!schedule create '@yearly UTC' 'ops:restart' --missed once --name restart`);
      await room.hears('it would not run as things are');
      await room.says('alice', '!ops:restart');
      await room.hears('restarted');
      await room.api.get(Firings).fireDue(someday);
      await overhears(/^schedule daily of alice, due .* 09:00 Europe\/Berlin, late\nall is well$/);
      await overhears(/^schedule restart of alice, due .* 00:00 UTC, late\nops:restart is denied/);
    },
  );
});
