import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orderOf } from '../orders/order.fixture.js';
import { readPolicy, type Policy } from '../policy.js';
import { RelayWorld, script } from '../relay-world.fixture.js';

const shell = 'executables: [/bin/sh]\n';
const last = (reports: readonly object[]) => reports.at(-1);

describe('a relay with a policy', () => {
  it('refuses what it forbids, with the line, and starts nothing of it', async () => {
    const yaml = `${shell}effects:\n  write: { groups: [oncall] }\ncommands:\n  deny: [ops:wipe]\n`;
    await using world = await RelayWorld.open({ policy: policyOf(yaml) });
    const mark = join(world.folder, 'ran');
    const touch = script(`touch ${mark}`, { bundle: 'ops', command: 'restart' });
    expect(await world.api.ask(touch)).toMatchObject([
      {
        kind: 'refused',
        code: 'policy',
        detail: 'policy line 3: commands that write are for the group oncall, and alice is not in it',
      },
    ]);
    expect(await world.api.ask({ ...touch, effect: 'read', command: 'wipe' })).toMatchObject([
      { kind: 'refused', code: 'policy', detail: 'policy line 5: ops:wipe may not be run here' },
    ]);
    expect(existsSync(mark)).toBe(false);
    const asker = { id: 'u-1', username: 'alice', email: '', groups: ['oncall'], permissions: [] };
    expect(last(await world.api.ask({ ...touch, asker }))).toMatchObject({ kind: 'finished' });
    expect(existsSync(mark)).toBe(true);
  });

  it('keeps to its hours by the clock of the API', async () => {
    const policy = policyOf(`${shell}hours:\n  mon-sun: 10:00-11:00\n`);
    const noon = new Date();
    noon.setUTCHours(12, 0, 0, 0);
    await using world = await RelayWorld.open({ policy }, { clockAhead: noon.getTime() - Date.now() });
    const startBy = noon.getTime() + 3_600_000;
    const order = orderOf({ ...script('true'), startBy });
    // It comes before the relay knows the time, and is held against the hours once it does.
    await world.api.send(order);
    expect(await world.api.endOf(order)).toMatchObject([
      {
        code: 'policy',
        detail: expect.stringMatching(/^policy line 2: commands are started mon-sun 10:00-11:00/),
      },
    ]);
  });

  it('goes by its file as it is now: what runs goes on, what waits is held against it', async () => {
    await using world = await RelayWorld.open();
    await world.stop();
    const policyFile = join(world.folder, 'policy.yaml');
    writeFileSync(policyFile, shell);
    await world.start({ slots: 1, policy: policyOf(shell), policyFile, policyEveryMs: 10 });
    const go = join(world.folder, 'go');
    const runs = orderOf(script(`until [ -e ${go} ]; do sleep 0.02; done; echo done`));
    const waits = orderOf(script('echo waited'));
    await world.api.send(runs);
    await world.api.send(waits);
    await world.api.until(() => world.api.of(runs.executionId).some(({ kind }) => kind === 'started'));

    const told = (text: string) => () => world.lines.some(({ msg }) => String(msg).startsWith(text));
    writeFileSync(policyFile, '# none any more\nexecutables: []\n');
    await world.api.until(told('the policy has changed'));
    writeFileSync(policyFile, 'executables: [sh]\n');
    await world.api.until(told('the policy cannot be read, and the one from before stands: line 1: '));
    writeFileSync(go, '');
    expect(last(await world.api.endOf(runs))).toMatchObject({ outcome: { kind: 'exited', exitCode: 0 } });
    expect(await world.api.endOf(waits)).toMatchObject([
      { code: 'policy', detail: 'policy line 2: no programs are started by themselves, not /bin/sh' },
    ]);

    writeFileSync(policyFile, shell);
    await world.api.until(() => world.api.heartbeats.at(-1)!.drivers.includes('process'));
    expect(last(await world.api.ask(script('true')))).toMatchObject({ kind: 'finished' });
  });
});

function policyOf(yaml: string): Policy {
  const read = readPolicy(yaml);
  if ('policy' in read) return read.policy;
  throw new Error(read.faults.join('; '));
}
