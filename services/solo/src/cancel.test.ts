import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openRoom } from './open-room.fixture.js';

const ops = `
chasqui_bundle_version: 1
name: ops
version: 1.0.0
description: Operations
commands:
  watch: { description: Goes on, executable: [/bin/sh, -c, 'echo begun; exec sleep 300'], rules: [allow] }
  list: { description: Goes on too, output: ndjson, executable: [/bin/sh, -c, 'sleep 300'], rules: [allow] }
  touch: { description: Touches, input: each, executable: [/bin/echo], rules: [allow] }
  quick: { description: Is over at once, executable: [/bin/echo, done], rules: [allow] }
`;

whenPostgres('cancelling in a room', (serverUrl) => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeAll(async () => {
    room = await openRoom(serverUrl, {
      bundles: [ops],
      people: { alice: [], bob: [], carol: ['chasqui:cancel-runs'] },
      relays: { 'fra-1': ['dc=fra'] },
      policy: 'executables: [/bin/sh, /bin/echo]',
    });
  });
  afterAll(() => room[Symbol.asyncDispose]());

  interface Told {
    readonly id: string;
    readonly line: string;
    readonly status: string;
    readonly reply?: { readonly text: string };
  }
  const latest = (line: string, status: string) =>
    vi.waitFor(
      async () => {
        const run = (await room.runs()).find((one) => one.line === line) as Told | undefined;
        expect(run?.status).toBe(status);
        return run!;
      },
      { timeout: 10_000 },
    );

  it('stops one’s own latest run', async () => {
    await room.says('alice', '!ops:watch');
    const { id } = await latest('ops:watch', 'running');
    await room.says('alice', '!cancel');
    await room.hears(`requested: fra-1 is to stop run ${id}, and its reply says when that is done`);
    const { reply } = await latest('ops:watch', 'cancelled');
    expect(reply!.text).toBe(
      `begun\ncancelled by alice; what it did until then stays done. on fra-1, run ${id}`,
    );
    await room.says('alice', '!cancel');
    await room.hears('nothing of yours is running here');
    await room.says('alice', `!cancel ${id}`);
    await room.hears(`run ${id} was cancelled before`);
  });

  it('stops another’s with chasqui:cancel-runs, and not without', async () => {
    await room.says('alice', '!ops:watch again');
    const { id } = await latest('ops:watch again', 'running');
    await room.says('bob', `!cancel ${id}`);
    await room.hears(`there is no run ${id} that you may see`);
    await room.says('carol', `!cancel ${id}`);
    await room.hears('requested: fra-1');
    expect((await latest('ops:watch again', 'cancelled')).reply!.text).toContain('cancelled by carol');
  });

  it('starts nothing that was to come after it', async () => {
    const line = 'ops:list | ops:touch $n';
    await room.says('alice', `!${line}`);
    await latest(line, 'running');
    await room.says('alice', '!cancel');
    await room.hears('requested');
    const run = await latest(line, 'cancelled');
    expect(run.reply!.text).toContain('cancelled by alice');
    expect(run.reply!.text).toContain('ops:touch was not run');
    expect(run).toMatchObject({ executions: [{ stage: 0, status: 'cancelled' }] });
  });

  it('says of what had ended before how it ended', async () => {
    await room.says('alice', '!ops:quick');
    await room.hears('done');
    const { id } = await latest('ops:quick', 'succeeded');
    await room.says('alice', `!cancel ${id}`);
    await room.hears('it had ended before: succeeded');
  });
});
