import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith, root } from './with-tools.js';

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');

describeWith(['hadolint'], 'the Dockerfile', (hadolint) => {
  it('passes hadolint', () => {
    expect(hadolint('--failure-threshold', 'info', 'Dockerfile')).toEqual({ ok: true, output: '' });
  });
});

it.each(['api', 'relay', 'adapter-slack', 'solo'])('the image %s does not run as root', (target) => {
  const stage = dockerfile.split(/^FROM /m).find((text) => text.split('\n')[0]!.endsWith(` AS ${target}`));
  expect(stage).toMatch(/^USER 1000:1000$/m);
});

it('the Dockerfile keeps to what the oldest engine in use understands', () => {
  expect(dockerfile).not.toMatch(/^#\s*syntax=|<<|--link|--parents/m);
});
