import { describe, expect, it } from 'vitest';
import { defaultPolicy, readPolicy, type Policy } from './policy.js';

describe('the policy', () => {
  it('allows little where there is none', () => {
    expect(defaultPolicy).toEqual({
      executables: [],
      images: ['*'],
      digests: 'any',
      network: 'none',
      writableRoot: false,
      mounts: [],
      allowRoot: false,
      capabilities: [],
      warm: true,
      files: {},
      limits: { memory: 512 * 1024 ** 2, cpus: 1, pids: 256, timeout: 3_600_000, output: 10 * 1024 ** 2 },
      effects: {},
      commands: {},
      overrides: {},
      lines: {},
    });
    expect(readPolicy('')).toEqual({ policy: defaultPolicy });
    expect(readPolicy('# nothing\n')).toEqual({ policy: defaultPolicy });
  });

  it('is read in full', () => {
    const yaml = `
executables:
  - /usr/bin/uptime
  - /opt/ops/*
registries: [registry.example, '*.example.org:5000']
images: [registry.example/ops/*]
digests: pinned
network: ops-net
capabilities: [NET_RAW, CAP_SYS_TIME]
warm: false
mounts:
  - source: /srv/in
  - { source: /srv/out, readOnly: false }
limits:
  memory: 1.5GiB
  cpus: 0.5
  timeout: 90s
  output: 1048576
effects:
  read: { permissions: [ops:look] }
  write: { groups: [oncall] }
hours: { zone: Europe/Berlin, mon-fri: 08:00-18:00 }
commands:
  allow: [ops]
  deny: [ops:wipe]
overrides:
  ops:trace:
    network: true
    limits: { cpus: 2 }
`;
    expect(policyOf(yaml)).toEqual({
      ...defaultPolicy,
      executables: ['/usr/bin/uptime', '/opt/ops/*'],
      registries: ['registry.example', '*.example.org:5000'],
      images: ['registry.example/ops/*'],
      digests: 'pinned',
      network: 'ops-net',
      capabilities: ['NET_RAW', 'SYS_TIME'],
      warm: false,
      mounts: [
        { source: '/srv/in', readOnly: true },
        { source: '/srv/out', readOnly: false },
      ],
      limits: { memory: 1.5 * 1024 ** 3, cpus: 0.5, pids: 256, timeout: 90_000, output: 1024 ** 2 },
      effects: { read: { permissions: ['ops:look'] }, write: { groups: ['oncall'] } },
      hours: expect.objectContaining({ zone: 'Europe/Berlin', text: 'mon-fri 08:00-18:00' }),
      commands: { allow: ['ops'], deny: ['ops:wipe'] },
      overrides: { 'ops:trace': { network: 'bridge', limits: { cpus: 2 } } },
      lines: expect.objectContaining({
        executables: 2,
        'executables.1': 4,
        'mounts.1': 13,
        'effects.write.groups': 21,
        'overrides.ops:trace.limits.cpus': 29,
      }),
    });
  });

  it.each([
    ['false', 'none'],
    ['none', 'none'],
    ['true', 'bridge'],
    ['bridge', 'bridge'],
    ['backend', 'backend'],
  ])('with network: %s joins to %s', (written, network) => {
    expect(policyOf(`network: ${written}`).network).toBe(network);
  });

  it('knows the lines of what an alias repeats', () => {
    const { lines } = policyOf(
      `images: &ours [a, b]\noverrides:\n  ops: { executables: [], images: *ours }\n`,
    );
    expect([lines['images.1'], lines['overrides.ops.images'], lines['overrides.ops.images.1']]).toEqual([
      1, 3, 1,
    ]);
  });

  it.each([
    ['registries: [https://ghcr.io]', 'registries.0: is no registry'],
    ['registries: [ghcr.io/org]', 'registries.0: is no registry'],
    ['digests: latest', 'digests: is any, pinned, or a list'],
    ['digests: [sha256:abc]', 'digests.0: is no digest'],
    ['network: host', 'network: is false or none'],
    ['network: container:web', 'network: is false or none'],
    ['files: { in: yes }', 'files.in: is false, or an amount like 512KiB'],
    ['capabilities: [ALL]', 'capabilities.0: "ALL" is no capability'],
    ['capabilities: [net_raw]', 'capabilities.0: "net_raw" is no capability'],
    ['effects: { write: sometimes }', 'effects.write: is never, or names'],
    ['effects: { write: {} }', 'effects.write: names neither'],
    ['effects: { wirte: never }', 'there is no setting "effects.wirte"'],
    ['hours: { zone: Berlin, mon: 08:00-18:00 }', 'hours.zone: is no time zone'],
    ['hours: { mon-fry: 08:00-18:00 }', 'hours.mon-fry: is no day'],
    ['hours: { mon: 8-18 }', 'hours.mon: is no span'],
    ['hours: { mon: 08:00-24:30 }', 'hours.mon: is no span'],
    ['hours: { mon: [] }', 'hours.mon: '],
    ['hours: { zone: UTC }', 'hours: names no day'],
    ['commands: { allow: [a:b:c] }', 'commands.allow.0: is neither a bundle'],
    ['overrides: { ops: { commands: {} } }', 'there is no setting "overrides.ops.commands"'],
    ['overrides: { "ops:": {} }', 'overrides.ops:: is neither a bundle'],
    ['overrides: { ops: { images: all } }', 'overrides.ops.images: '],
  ])('does not take %s', (yaml, fault) => {
    expect(readPolicy(`# first\n${yaml}`)).toEqual({ faults: [expect.stringContaining(`line 2: ${fault}`)] });
  });

  it('tells every fault with its line', () => {
    const yaml =
      'network: yes please\nexecutabels: []\nexecutables:\n  - uptime\n  - /opt/../etc/x\nlimits:\n  memory: lots\n  gpu: 1\n';
    expect(readPolicy(yaml)).toEqual({
      faults: [
        expect.stringMatching(/^line 1: network: /),
        'line 2: there is no setting "executabels"',
        expect.stringMatching(/^line 4: executables.0: is not an absolute path/),
        expect.stringMatching(/^line 5: executables.1: is not an absolute path/),
        'line 7: limits.memory: "lots" is not an amount; write it like 512MiB',
        'line 8: there is no setting "limits.gpu"',
      ],
    });
  });

  it.each(['srv', '/', '/srv/', '/srv/../etc', '/srv//in', '/./srv'])('mounts no %s', (source) => {
    expect(readPolicy(`mounts: [{ source: '${source}' }]`)).toEqual({
      faults: [expect.stringMatching(/^line 1: mounts.0.source: is not an absolute path/)],
    });
  });

  it('tells what is no YAML', () => {
    expect(readPolicy('a: [1\nb: 2')).toEqual({
      faults: ['line 2: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    });
    expect(readPolicy('images: *nowhere')).toEqual({ faults: [expect.stringMatching(/^line 1: .*nowhere/)] });
    expect(readPolicy('images: &a [*a]')).toHaveProperty('faults');
    const laughs = Array.from(
      { length: 9 },
      (_, at) => `a${at}: &a${at} [${at > 0 ? `*a${at - 1},`.repeat(9) : 'x'}]`,
    );
    expect(readPolicy(laughs.join('\n'))).toHaveProperty('faults');
    expect(readPolicy('- a list')).toEqual({ faults: [expect.stringMatching(/^line 1: the policy/)] });
  });
});

function policyOf(yaml: string): Policy {
  const read = readPolicy(yaml);
  if ('policy' in read) return read.policy;
  throw new Error(read.faults.join('; '));
}
