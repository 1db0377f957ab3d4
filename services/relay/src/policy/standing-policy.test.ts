import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPolicy, type Policy } from '../policy.js';
import { StandingPolicy } from './standing-policy.js';

describe('the policy that stands', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chasqui-policy-'));
    file = join(folder, 'policy.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function standing(yaml: string) {
    writeFileSync(file, yaml);
    const told: string[] = [];
    const policy = new StandingPolicy(policyOf(yaml), file, {
      policyChanged: () => told.push('changed'),
      policySame: () => told.push('same'),
      policyBroken: (_file, faults) => told.push(...faults),
    });
    return { policy, told };
  }

  it('is what its file says now, when it is asked to look', async () => {
    const { policy, told } = standing('images: [a]');
    await policy.readAgain();
    writeFileSync(file, 'images: [b]');
    expect(policy.current.images).toEqual(['a']);
    await policy.readAgain();
    expect([policy.current.images, told]).toEqual([['b'], ['same', 'changed']]);
  });

  it('stays as it was where the file is broken or gone, and says why', async () => {
    const { policy, told } = standing('images: [a]');
    writeFileSync(file, 'imagse: [b]\nnetwork: 7\n');
    await policy.readAgain();
    rmSync(file);
    await policy.readAgain();
    expect(policy.current.images).toEqual(['a']);
    expect(told).toEqual([
      'line 1: there is no setting "imagse"',
      expect.stringMatching(/^line 2: network: /),
      expect.stringContaining('ENOENT'),
    ]);
  });

  it('is looked at by itself, and tells of each change once', async () => {
    const { policy, told } = standing('images: [a]');
    policy.watch(1);
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
    };
    writeFileSync(file, 'images: 1');
    await until(() => told.some((text) => text.includes('images')));
    writeFileSync(file, 'images: [b]');
    await until(() => policy.current.images[0] === 'b');
    policy.stop();
    expect(told.filter((text) => text === 'changed')).toHaveLength(1);
    expect(told).not.toContain('same');
  });

  it('without a file stays for good', async () => {
    const policy = new StandingPolicy(policyOf('images: [a]'), undefined, {
      policyChanged: () => undefined,
      policySame: () => undefined,
      policyBroken: () => undefined,
    });
    await policy.readAgain();
    expect(policy.current.images).toEqual(['a']);
  });
});

function policyOf(yaml: string): Policy {
  const read = readPolicy(yaml);
  if ('policy' in read) return read.policy;
  throw new Error(read.faults.join('; '));
}
