import type { Driver, Work } from '@chasqui/relay/drivers/driver';
import { expect, it } from 'vitest';
import { recordedDriver } from './recorded-driver.js';

const real: Driver = {
  name: 'docker',
  available: async () => ({ why: 'no engine answers' }),
  run: async () => ({ kind: 'exited', exitCode: 99 }),
  adopt: async () => ({ kind: 'unknown', detail: '' }),
  forget: async () => undefined,
};
const said = { stdout: '', stderr: '', exitCode: 0 };
const driver = recordedDriver(
  [
    { ...said, command: 'ops:status', args: ['web'], stdout: 'fine\n' },
    { ...said, command: 'ops:status', args: ['db'], stderr: 'down\n', exitCode: 3 },
  ],
  real,
);

async function run(command: string, ...args: string[]) {
  const [bundle, name] = command.split(':');
  const work = { executionId: 'e', args, env: { CHASQUI_BUNDLE: bundle!, CHASQUI_COMMAND: name! } };
  const heard: string[] = [];
  const watch = {
    started: () => undefined,
    write: (stream: string, bytes: Buffer) => void heard.push(`${stream}: ${bytes.toString()}`),
  };
  const outcome = await driver.run(work as unknown as Work, watch, new AbortController().signal);
  return [outcome, heard.join('')];
}

it('prints what is recorded for the words', async () => {
  expect(await run('ops:status', 'web')).toEqual([{ kind: 'exited', exitCode: 0 }, 'stdout: fine\n']);
  expect(await run('ops:status', 'db')).toEqual([{ kind: 'exited', exitCode: 3 }, 'stderr: down\n']);
});

it('says which words nothing is recorded for', async () => {
  expect(await run('ops:status', 'mq')).toEqual([
    { kind: 'exited', exitCode: 127 },
    'stderr: nothing is recorded of ops:status with these words: ["mq"]\n',
  ]);
});

it('leaves other commands to the real driver, or says why that cannot run them', async () => {
  expect(await driver.available()).toBe(true);
  expect((await run('ops:other'))[0]).toEqual({
    kind: 'not-started',
    code: 'engine-unavailable',
    detail: 'no engine answers',
  });
});
