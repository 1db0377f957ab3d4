import { describe, expect, it } from 'vitest';
import { defaultPolicy, readPolicy } from './policy.js';

describe('the policy', () => {
  it('allows little where there is none', () => {
    expect(defaultPolicy).toEqual({
      executables: [],
      images: ['*'],
      network: false,
      writableRoot: false,
      mounts: [],
      allowRoot: false,
      limits: { memory: 512 * 1024 ** 2, cpus: 1, pids: 256, timeout: 3_600_000, output: 10 * 1024 ** 2 },
    });
    expect(readPolicy('')).toEqual({ policy: defaultPolicy });
    expect(readPolicy('# nothing\n')).toEqual({ policy: defaultPolicy });
  });

  it('is read in full', () => {
    const yaml = `
executables:
  - /usr/bin/uptime
  - /opt/ops/*
images: [registry.example/ops/*]
network: true
mounts:
  - source: /srv/in
  - { source: /srv/out, readOnly: false }
limits:
  memory: 1.5GiB
  cpus: 0.5
  timeout: 90s
  output: 1048576
`;
    expect(readPolicy(yaml)).toEqual({
      policy: {
        ...defaultPolicy,
        executables: ['/usr/bin/uptime', '/opt/ops/*'],
        images: ['registry.example/ops/*'],
        network: true,
        mounts: [
          { source: '/srv/in', readOnly: true },
          { source: '/srv/out', readOnly: false },
        ],
        limits: { memory: 1.5 * 1024 ** 3, cpus: 0.5, pids: 256, timeout: 90_000, output: 1024 ** 2 },
      },
    });
  });

  it('tells every fault with its line', () => {
    const yaml =
      'network: yes please\nexecutabels: []\nexecutables:\n  - uptime\n  - /opt/../etc/x\nlimits:\n  memory: lots\n  gpu: 1\n';
    expect(readPolicy(yaml)).toEqual({
      faults: [
        expect.stringMatching(/^line 4: executables.0: is not an absolute path/),
        expect.stringMatching(/^line 5: executables.1: is not an absolute path/),
        expect.stringMatching(/^line 1: network: /),
        'line 7: limits.memory: "lots" is not an amount; write it like 512MiB',
        'line 8: there is no setting "limits.gpu"',
        'line 2: there is no setting "executabels"',
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
    expect(readPolicy('- a list')).toEqual({ faults: [expect.stringMatching(/^line 1: the policy/)] });
  });
});
