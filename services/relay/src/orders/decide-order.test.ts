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
      decide({ network, writableRoot: network }, situation({}, { network: allowed, writableRoot: allowed })),
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
        detail: `${executable} may not be run: this relay's policy allows only /usr/bin/uptime, /opt/ops/*`,
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

  it('that names nothing to run is refused', () => {
    expect(decideOrder(orderOf({ executable: [], startBy: 2000 }), situation())).toMatchObject({
      code: 'policy',
    });
  });
});
