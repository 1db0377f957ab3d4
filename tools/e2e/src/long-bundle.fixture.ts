import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Services } from './services.fixture.js';

/** Commands that go on, and are not run again where nobody knows how they ended. */
const bundle = `
chasqui_bundle_version: 1
name: long
version: 1.0.0
description: Commands that go on
commands:
  watch: { description: Goes on, executable: [/bin/sleep, '300'], rules: [allow] }
  stubborn:
    description: Does not end when it is asked to
    stop-grace: 5s
    executable: [/bin/sh, -c, 'trap "" TERM; while :; do sleep 0.1; done']
    rules: [allow]
`;

/** Makes `long:watch` and `long:stubborn` commands of theirs. */
export async function installLongBundle(services: Services): Promise<void> {
  const file = join(services.folder, 'long.yaml');
  writeFileSync(file, bundle);
  expect(await services.chasqui('bundle', 'install', file, '--enable')).toMatchObject({ code: 0 });
}
