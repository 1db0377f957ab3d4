import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkPolicy } from './check-policy.js';

describe('chasqui-relay check-policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-check-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const check = (yaml: string) => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, yaml);
    const { text, exitCode } = checkPolicy([file]);
    return { lines: text.replaceAll(`${folder}/`, '').trimEnd().split('\n'), exitCode };
  };

  it('finds nothing wrong where nothing is', () => {
    expect(check('images: [ops/*]')).toEqual({ lines: ['policy.yaml can be used'], exitCode: 0 });
  });

  it('tells every fault, and where', () => {
    expect(check('images: ops\n\nlimits: { memory: lots }\n')).toEqual({
      lines: [
        expect.stringMatching(/^policy\.yaml:1: error: images: /),
        'policy.yaml:3: error: limits.memory: "lots" is not an amount; write it like 512MiB',
      ],
      exitCode: 1,
    });
  });

  it('tells what may not be meant', () => {
    const yaml = `executables:
  - /usr/bin/uptime
  - /usr/bin/python3.11
  - /usr/bin/*
mounts:
  - source: /var/run/docker.sock
effects: { write: { groups: [oncall] } }
overrides:
  net: { capabilities: [NET_RAW] }
  dump: { capabilities: [NET_RAW], allowRoot: true }
`;
    const { lines, exitCode } = check(yaml);
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'policy.yaml:3: warning: /usr/bin/python3.11',
      'policy.yaml:4: warning: /usr/bin/*',
      'policy.yaml:6: warning: /var/run/docker.sock:',
      'policy.yaml:7: warning: write',
      'policy.yaml:9: warning: capabilities',
      'policy.yaml can be',
    ]);
    expect(exitCode).toBe(0);
  });

  it('tells of a file that is not there, and looks at the others', () => {
    const missing = join(folder, 'missing.yaml');
    const { text, exitCode } = checkPolicy([missing, join(folder, 'policy.yaml')]);
    expect(text).toContain(`${missing}: cannot be read (ENOENT`);
    expect(text).toContain('policy.yaml can be used');
    expect(exitCode).toBe(1);
  });

  it('says how it is used', () => {
    expect(checkPolicy([])).toEqual({ text: 'usage: chasqui-relay check-policy FILE…\n', exitCode: 2 });
  });
});
