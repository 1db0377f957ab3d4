import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Order } from '@chasqui/contracts';
import type { Driver } from '../drivers/driver.js';
import { readPolicy, type Policy } from '../policy.js';
import { decideOrder } from './decide-order.js';
import { orderOf } from './order.fixture.js';

/*
 * A policy, an order, and what becomes of it: the work that a driver is given, or the sentence that a person reads.
 */
type Case = readonly [policy: string, order: Partial<Order>, verdict: object | string];

const digest = `sha256:${'a'.repeat(64)}`;
const other = `sha256:${'b'.repeat(64)}`;
/** A monday in winter, 09:00 in Berlin. */
const monday = Date.parse('2026-01-05T08:00:00Z');

const alice = (over: Partial<Order['asker']> = {}) => ({
  asker: { id: 'u-1', username: 'alice', email: 'alice@example.com', ...over },
});

function verdictOf(yaml: string, over: Partial<Order>, now = monday, driver = 'docker') {
  const order = orderOf({
    bundle: 'ops',
    command: 'restart',
    image: 'busybox:1',
    startBy: now + 60_000,
    ...over,
  });
  const drivers = { for: () => ({ name: driver }) as Driver };
  return decideOrder(order, { policy: policyOf(yaml), drivers, stopping: false, now });
}

function check([yaml, over, verdict]: Case, now?: number, driver?: string): void {
  const found = verdictOf(yaml, over, now, driver);
  if (typeof verdict === 'string') expect(found).toEqual({ code: 'policy', detail: verdict });
  else expect(found).toMatchObject({ work: verdict });
}

const registries = `# Where from
registries: [registry.example.com, '*.example.org:5000']`;

describe('the image of an order', () => {
  it.each<Case>([
    [registries, { image: 'registry.example.com/a/b:1' }, { image: 'registry.example.com/a/b:1' }],
    [registries, { image: 'eu.example.org:5000/a:1' }, {}],
    [
      registries,
      { image: 'busybox:1' },
      'policy line 2: images must come from registry.example.com or *.example.org:5000, this one comes from docker.io (busybox:1)',
    ],
    [
      registries,
      { image: 'registry.example.com.evil.net/a:1' },
      'policy line 2: images must come from registry.example.com or *.example.org:5000, this one comes from registry.example.com.evil.net (registry.example.com.evil.net/a:1)',
    ],
    [
      'registries: [docker.io]',
      { image: 'EVIL/a:1' },
      'policy line 1: images must come from docker.io, this one comes from EVIL (EVIL/a:1)',
    ],
    ['registries: [docker.io]', { image: 'library/busybox:1' }, {}],
    [
      'registries: []',
      {},
      'policy line 1: images may come from nowhere, this one comes from docker.io (busybox:1)',
    ],
    ['images: [docker.io/library/*]', {}, {}],
    ['images: [docker.io/library/*]', { image: 'docker.io/library/busybox:1' }, {}],
    [
      'images:\n  - ops/*\n  - net/*\n',
      { image: 'evil/ops/x' },
      'policy line 1: only images like ops/* or net/* may be run, not evil/ops/x',
    ],
    ['images: []', {}, 'policy line 1: no images may be run, not busybox:1'],
    ['digests: pinned', { image: `a@${digest}` }, {}],
    ['digests: pinned', { image: `a:1@${digest}` }, {}],
    [
      'digests: pinned',
      {},
      'policy line 1: images must be named by their digest (name@sha256:…), this one is busybox:1',
    ],
    [`digests: [${digest}]`, { image: `a@${digest}` }, {}],
    [
      `digests: [${digest}]`,
      { image: `a@${other}` },
      `policy line 1: images must have one of 1 digests and be named by it (name@sha256:…), this one is a@${other}`,
    ],
  ])('by %s', (...row) => check(row));
});

describe('what an order asks of its container', () => {
  it.each<Case>([
    ['network: true', { network: true }, { network: true }],
    ['network: backend', { network: true }, { network: true, networkName: 'backend' }],
    ['network: backend', { network: false }, { network: false }],
    ['network: none', { network: true }, { network: false }],
    ['capabilities: [NET_RAW]', { capabilities: ['NET_RAW'] }, { capabilities: ['NET_RAW'] }],
    [
      'capabilities:\n  - NET_RAW\n',
      { capabilities: ['NET_RAW', 'SYS_ADMIN'] },
      'policy line 1: only NET_RAW may be given, and this asks for SYS_ADMIN',
    ],
    [
      'images: ["*"]',
      { capabilities: ['NET_RAW'] },
      'policy, capabilities: no capabilities are given, and this asks for NET_RAW',
    ],
    [
      'mounts:\n  - source: /srv/in\n',
      { mounts: [{ source: '/srv/in', target: '/in', readOnly: false }] },
      'policy line 2: the folder /srv/in may be mounted to be read only; to be written it takes "readOnly: false" here',
    ],
    [
      'mounts:\n  - source: /srv/in\n',
      { mounts: [{ source: '/etc', target: '/in', readOnly: true }] },
      'policy line 1: only /srv/in (to be read) may be mounted, not /etc',
    ],
  ])('by %s', (...row) => check(row));

  it('is no named network in a cluster, which has none', () => {
    const detail =
      'policy line 1: the network backend is one of a container engine, and this relay runs the command in a cluster, which knows only none and bridge';
    check(['network: backend', { network: true }, detail], monday, 'kubernetes');
    check(['network: backend', { network: false }, { network: false }], monday, 'kubernetes');
    check(['network: true', { network: true }, { network: true }], monday, 'kubernetes');
  });

  it('is none of it without a container', () => {
    const program = { image: undefined, executable: ['/bin/ping'] };
    const policy = 'executables: [/bin/ping]\ncapabilities: [NET_RAW]';
    expect(verdictOf(policy, { ...program, capabilities: ['NET_RAW'] })).toEqual({
      code: 'no-driver',
      detail: 'capabilities are for containers, and the command names no image',
    });
  });
});

const commands = `commands:
  allow: [ops, 'net:p*', 'db:user *']
  deny:
    - ops:wipe
    - '*:shell'
`;

describe('which command it is', () => {
  it.each<Case>([
    [commands, {}, {}],
    [commands, { bundle: 'net', command: 'ping' }, {}],
    [commands, { bundle: 'db', command: 'user list' }, {}],
    [commands, { command: 'wipe' }, 'policy line 4: ops:wipe may not be run here'],
    [commands, { command: 'shell' }, 'policy line 5: ops:shell may not be run here'],
    [
      commands,
      { bundle: 'net', command: 'route' },
      'policy line 2: only ops, net:p* and db:user * may be run here, not net:route',
    ],
    [
      commands,
      { bundle: 'opsy' },
      'policy line 2: only ops, net:p* and db:user * may be run here, not opsy:restart',
    ],
    ['commands: { allow: [] }', {}, 'policy line 1: no command may be run here, not ops:restart'],
    ['commands: { deny: [ops] }', {}, 'policy line 1: ops:restart may not be run here'],
  ])('by %s', (...row) => check(row));
});

const effects = `effects:
  write:
    groups: [oncall, sre]
    permissions: [ops:write, site:prod]
  idempotent: { permissions: [ops:write] }
`;

describe('its effect', () => {
  const able = { groups: ['dev', 'sre'], permissions: ['site:prod', 'ops:write'] };
  it.each<Case>([
    [effects, { effect: 'read' }, {}],
    [effects, { effect: 'write', ...alice(able) }, {}],
    [effects, { effect: undefined, ...alice(able) }, {}],
    [
      effects,
      { effect: 'write', ...alice({ ...able, groups: ['dev'] }) },
      'policy line 3: commands that write are for the groups oncall or sre, and alice is not in any of them',
    ],
    [
      effects,
      { effect: undefined },
      'policy line 3: commands that write are for the groups oncall or sre, and alice is not in any of them',
    ],
    [
      effects,
      { effect: 'write', ...alice({ ...able, permissions: ['ops:write'] }) },
      'policy line 4: commands that write need the permissions ops:write and site:prod, and alice does not have site:prod',
    ],
    [
      effects,
      { effect: 'idempotent', ...alice({ groups: ['sre'] }) },
      'policy line 5: commands that are idempotent need the permission ops:write, and alice does not have ops:write',
    ],
    ['effects: { write: never }', { effect: 'write' }, 'policy line 1: commands that write are not run here'],
    ['effects: { write: never }', { effect: 'read' }, {}],
    ['effects: { read: { groups: [oncall] } }', { effect: 'write' }, {}],
  ])('by %s', (...row) => check(row));
});

const hours = `hours:
  zone: Europe/Berlin
  mon-fri: 08:00-18:00
  effects: [write]
`;

describe('the time', () => {
  const evening = Date.parse('2026-01-05T20:14:00Z');
  it('is one at which it may start, or not', () => {
    check([hours, { effect: 'write' }, {}]);
    check([hours, { effect: 'read' }, {}], evening);
    check(
      [
        hours,
        { effect: 'write' },
        'policy line 1: commands that write are started mon-fri 08:00-18:00 (Europe/Berlin), and it is mon 21:14 there; they are again from tue 08:00',
      ],
      evening,
    );
    check(
      [
        'hours: { sat: 10:00-12:00, sun: [10:00-11:00, 14:00-15:00] }',
        { effect: 'read' },
        'policy line 1: commands are started sat 10:00-12:00, sun 10:00-11:00 and 14:00-15:00 (UTC), and it is mon 20:14 there; they are again from sat 10:00',
      ],
      evening,
    );
  });

  it('is not looked at while the API’s clock is not known', () => {
    const order = orderOf({ image: 'a' });
    const drivers = { for: () => ({ name: 'docker' }) as Driver };
    const policy = policyOf('hours: { sat: 10:00-10:01 }');
    expect(decideOrder(order, { policy, drivers, stopping: false, now: undefined })).toHaveProperty('work');
  });
});

const overrides = `images: [registry.example.com/*]
limits: { memory: 128MiB, cpus: 1 }
executables: [/bin/echo]
overrides:
  ops:
    images: [ops/*]
    limits: { memory: 1GiB }
    effects: { write: { groups: [oncall] } }
  ops:restart:
    network: true
    effects: {}
  '*:status':
    allowRoot: true
    executables: [/usr/bin/uptime]
`;

describe('an override', () => {
  const limits = { memoryBytes: 2 ** 40, cpus: 4, pids: 64, outputBytes: 100 };
  it.each<Case>([
    [
      overrides,
      { bundle: 'net', image: 'ops/a' },
      'policy line 1: only images like registry.example.com/* may be run, not ops/a',
    ],
    [
      overrides,
      { image: 'registry.example.com/a' },
      'policy line 6: only images like ops/* may be run, not registry.example.com/a',
    ],
    [
      overrides,
      { image: 'ops/a', network: true, limits },
      { network: true, limits: { memoryBytes: 1024 ** 3, cpus: 1 } },
    ],
    [
      overrides,
      { image: 'ops/a', command: 'stop' },
      'policy line 8: commands that write are for the group oncall, and alice is not in it',
    ],
    [overrides, { bundle: 'net', command: 'status', image: 'registry.example.com/a' }, { allowRoot: true }],
    [
      overrides,
      { bundle: 'net', command: 'status', image: undefined, executable: ['/bin/echo'] },
      'policy line 14: only /usr/bin/uptime may be started, not /bin/echo',
    ],
  ])('holds for what it names', (...row) => check(row));
});

it('says what the guide shows', () => {
  const guide = readFileSync(new URL('../../../../docs/guide/relay-policy.md', import.meta.url), 'utf8');
  const yaml = /```yaml\n(.*?)```/s.exec(guide)![1]!;
  const image = `registry.example.com/ops/a@${digest}`;
  for (const over of [{}, { image }, { image, ...alice({ groups: ['oncall'] }) }])
    expect(guide).toContain((verdictOf(yaml, over) as { detail: string }).detail);
  const able = alice({ groups: ['oncall'], permissions: ['site:production'] });
  expect(verdictOf(yaml, { image, ...able })).toHaveProperty('work');
  expect(verdictOf(yaml, { image, ...able, command: 'rollback' }, monday - 6 * 3_600_000)).toHaveProperty(
    'work',
  );
});

it('names what is long no longer than people read', () => {
  const many = Array.from({ length: 30 }, (_, at) => `r${at}.example`);
  const verdict = verdictOf(`registries: [${many.join(', ')}]`, {});
  expect(verdict).toMatchObject({ detail: expect.stringContaining('r9.example or 20 more, this one') });
});

function policyOf(yaml: string): Policy {
  const read = readPolicy(yaml);
  if ('policy' in read) return read.policy;
  throw new Error(read.faults.join('; '));
}
