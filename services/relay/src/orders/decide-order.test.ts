import { describe, expect, it } from 'vitest';
import type { Driver } from '../drivers/driver.js';
import { defaultPolicy, type Policy } from '../policy.js';
import { decideOrder, type Situation } from './decide-order.js';
import { orderOf } from './order.fixture.js';

const driver = { name: 'docker' } as Driver;
const situation = (over: Partial<Situation> = {}, policy: Partial<Policy> = {}): Situation => ({
  policy: { ...defaultPolicy, ...policy },
  drivers: { for: () => driver },
  stopping: false,
  now: 1000,
  ...over,
});
const order = orderOf({ image: 'ops/tool:1', startBy: 2000 });
const decide = (over = {}, where = situation()) => decideOrder({ ...order, ...over }, where);

describe('an order', () => {
  it('is given to the driver that fits', () => {
    expect(decide()).toMatchObject({
      driver,
      work: { image: 'ops/tool:1', executionId: order.executionId },
      timeoutMs: order.timeoutMs,
    });
  });

  it('gets the lesser of what it asks and what is allowed', () => {
    const asked = { memoryBytes: 2 ** 40, cpus: 0.1, pids: 10_000, outputBytes: 100 };
    expect(decide({ limits: asked, timeoutMs: 10 * 3_600_000 })).toMatchObject({
      work: { limits: { memoryBytes: 512 * 1024 ** 2, cpus: 0.1, pids: 256, outputBytes: 100 } },
      timeoutMs: 3_600_000,
    });
  });

  it.each([
    [false, false, false],
    [false, true, false],
    [true, false, false],
    [true, true, true],
  ])('that asks for network: %s, where it is allowed: %s, has it: %s', (network, allowed, has) => {
    expect(
      decide(
        { network, writableRoot: network },
        situation({}, { network: allowed ? 'bridge' : 'none', writableRoot: allowed }),
      ),
    ).toMatchObject({ work: { network: has, writableRoot: has } });
  });

  it('is late by the clock of the API, and only once that is known', () => {
    expect(decide({}, situation({ now: 2001 }))).toMatchObject({
      code: 'order-late',
      detail: 'it was to be started by 1970-01-01T00:00:02.000Z, 1 s ago',
    });
    expect(decide({}, situation({ now: 2000 }))).toMatchObject({ driver });
    expect(decide({}, situation({ now: undefined }))).toMatchObject({ driver });
  });

  it('is refused while the relay stops', () => {
    expect(decide({}, situation({ stopping: true }))).toMatchObject({ code: 'relay-stopping' });
  });

  it('is refused without a driver, with the reason', () => {
    expect(decide({}, situation({ drivers: { for: () => ({ why: 'no engine answers' }) } }))).toEqual({
      code: 'no-driver',
      detail: 'no engine answers',
    });
  });

  it.each([
    ['/usr/bin/uptime', true],
    ['/usr/bin/uptimes', false],
    ['/opt/ops/restart', true],
    ['/opt/ops/', false],
    ['/opt/ops/..', false],
    ['/opt/ops/../../bin/sh', false],
    ['/opt/ops/deep/restart', false],
    ['/bin/sh', false],
    ['uptime', false],
  ])('to run %s is allowed: %s', (executable, allowed) => {
    const policy = { executables: ['/usr/bin/uptime', '/opt/ops/*'] };
    const verdict = decideOrder(orderOf({ executable: [executable], startBy: 2000 }), situation({}, policy));
    expect('work' in verdict).toBe(allowed);
    if (!allowed)
      expect(verdict).toEqual({
        code: 'policy',
        detail: `policy, executables: only /usr/bin/uptime and /opt/ops/* may be started, not ${executable}`,
      });
  });

  it.each([
    ['registry.example/ops/tool:1', true],
    ['registry.example.evil/ops/tool:1', false],
    ['busybox', true],
    ['busybox:1', false],
  ])('for the image %s is allowed: %s', (image, allowed) => {
    expect(
      'work' in decide({ image }, situation({}, { images: ['registry.example/ops/*', 'busybox'] })),
    ).toBe(allowed);
  });

  it.each([
    ['*', '', true],
    ['*', 'any/thing:1', true],
    ['a*a', 'a', false],
    ['a*a', 'aba', true],
    ['*.example/*/tool:*', 'r.example/x/y/tool:1', true],
    ['*.example/*/tool:*', 'r.example/tool:1', false],
    ['ab*ab*ab', 'abab', false],
    ['ab*ab*ab', 'ab-abx-ab', true],
    ['x.y', 'xzy', false],
    ['*'.repeat(50) + 'b', 'a'.repeat(50_000), false],
  ])('of a relay that allows %s', (pattern, image, allowed) => {
    expect('work' in decide({ image }, situation({}, { images: [pattern] }))).toBe(allowed);
  });

  it('gives its command a way to the store where there is one', () => {
    const over = { env: { A: '1' }, storeToken: 'a.b.c' };
    const reach = situation({ apiUrl: 'https://chasqui.example.org' });
    expect(decide(over, reach)).toMatchObject({
      work: { env: { A: '1', CHASQUI_API_URL: 'https://chasqui.example.org', CHASQUI_STORE_TOKEN: 'a.b.c' } },
    });
    expect(decide(over)).toMatchObject({ work: { env: over.env } });
    expect(decide({ env: over.env }, reach)).toMatchObject({ work: { env: over.env } });
    expect('work' in decide(over) && Object.keys(decide(over)).includes('storeToken')).toBe(false);
  });

  describe('that asks for a folder', () => {
    const policy = {
      mounts: [
        { source: '/srv/in', readOnly: true },
        { source: '/srv/out', readOnly: false },
      ],
    };
    const mount = (source: string, readOnly = true, target = '/data') =>
      decide({ mounts: [{ source, target, readOnly }] }, situation({}, policy));

    it.each([
      ['/srv/in', true],
      ['/srv/out', true],
      ['/srv/out', false],
    ])('%s, to be read only: %s, has it', (source, readOnly) => {
      expect(mount(source, readOnly)).toMatchObject({
        work: { mounts: [{ source, target: '/data', readOnly }] },
      });
    });

    it.each([
      ['/etc', true, '/data', /only \/srv\/in \(to be read\) and \/srv\/out may be mounted, not \/etc$/],
      ['/srv', true, '/data', /not \/srv$/],
      ['/srv/out/link', true, '/data', /not \/srv\/out\/link$/],
      ['/srv/in/', true, '/data', /may be mounted, not/],
      ['/srv/out/../../etc', true, '/data', /may be mounted, not/],
      ['/srv/in', false, '/data', /it takes "readOnly: false"/],
      ['/srv/in', true, '/', /at \/:/],
      ['/srv/in', true, '/proc/self', /at \/proc\/self/],
      ['/srv/in', true, '/data/../proc', /at/],
      ['/srv/in', true, 'data', /at data/],
    ])('%s, to be read only: %s, at %s, is refused', (source, readOnly, target, detail) => {
      expect(mount(source, readOnly, target)).toEqual({
        code: 'policy',
        detail: expect.stringMatching(detail),
      });
    });

    it('is refused where nothing is allowed, and without a container', () => {
      const mounts = [{ source: '/srv/in', target: '/data', readOnly: true }];
      expect(decide({ mounts })).toMatchObject({ detail: expect.stringContaining('no folders are mounted') });
      const process = orderOf({ executable: ['/bin/ls'], mounts, startBy: 2000 });
      expect(decideOrder(process, situation({}, { ...policy, executables: ['/bin/ls'] }))).toMatchObject({
        code: 'no-driver',
      });
    });
  });

  it('has the grace that it asks for, up to the longest time that anything may run', () => {
    const graceOf = (stopGraceMs?: number) => {
      const plan = decide({ stopGraceMs });
      return 'work' in plan && plan.work.stopGraceMs;
    };
    expect([graceOf(), graceOf(250), graceOf(1e9)]).toEqual([undefined, 250, 3_600_000]);
  });

  it('that names nothing to run is refused', () => {
    expect(decideOrder(orderOf({ executable: [], startBy: 2000 }), situation())).toMatchObject({
      code: 'policy',
    });
  });
});
