import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Services } from './services.fixture.js';

/** A command that goes on, and is not run again where nobody knows how it ended. */
const bundle = `
chasqui_bundle_version: 1
name: long
version: 1.0.0
description: Commands that go on
commands:
  watch: { description: Goes on, executable: [/bin/sleep, '300'], rules: [allow] }
`;

/** Makes `long:watch` a command of theirs. */
export async function installLongBundle(services: Services): Promise<void> {
  const file = join(services.folder, 'long.yaml');
  writeFileSync(file, bundle);
  expect(await services.chasqui('bundle', 'install', file, '--enable')).toMatchObject({ code: 0 });
}
