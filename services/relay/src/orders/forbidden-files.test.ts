import type { Order } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import type { Driver } from '../drivers/driver.js';
import { readPolicy } from '../policy.js';
import { decideOrder } from './decide-order.js';
import { orderOf } from './order.fixture.js';

function verdictOf(yaml: string, over: Partial<Order>) {
  const read = readPolicy(yaml);
  if (!('policy' in read)) throw new Error(read.faults.join('\n'));
  const order = orderOf({ image: 'busybox:1', startBy: 60_000, ...over });
  const drivers = { for: () => ({ name: 'docker' }) as Driver };
  return decideOrder(order, { policy: read.policy, drivers, stopping: false, now: 0 });
}

const given = (to: string, bytes = 4, key = 'list') => ({
  key,
  to,
  base64: Buffer.alloc(bytes).toString('base64'),
});
const out = { path: '/files/out', count: 20, fileBytes: 1_000_000, allBytes: 4_000_000 };

it('gives a command its files, and tells it where they are', () => {
  const filesIn = [given('/files/in/list'), given('stdin', 2, 'text'), given('/files/in/x', 0, 'the-other')];
  expect(verdictOf('', { filesIn, filesOut: out })).toMatchObject({
    work: {
      stdin: Buffer.alloc(2),
      filesIn: [
        { key: 'list', path: '/files/in/list', bytes: Buffer.alloc(4) },
        { key: 'the-other', path: '/files/in/x', bytes: Buffer.alloc(0) },
      ],
      filesOut: out,
      env: {
        CHASQUI_FILE_LIST: '/files/in/list',
        CHASQUI_FILE_THE_OTHER: '/files/in/x',
        CHASQUI_FILES_OUT: '/files/out',
      },
    },
  });
});

it('takes as much as the policy allows', () => {
  const policy = 'files: { out: 100KiB }';
  const less = { ...out, fileBytes: 102_400, allBytes: 102_400 };
  expect(verdictOf(policy, { filesOut: out })).toMatchObject({ work: { filesOut: less } });
});

it.each([
  ['files:\n  in: false', { filesIn: [given('stdin')] }, 'policy line 2: no files are given to commands'],
  [
    'files:\n  in: 1KiB',
    { filesIn: [given('stdin', 1000), given('/files/in/a', 25)] },
    'policy line 2: files of 1024 bytes in all may go in, and these have 1025',
  ],
  ['files:\n  out: false', { filesOut: out }, 'policy line 2: no files are taken from commands'],
])('says what of the policy keeps files away: %j', (yaml, over, detail) => {
  expect(verdictOf(yaml, over)).toEqual({ code: 'policy', detail });
});

it.each([
  { filesIn: [given('/etc/passwd/../x')] },
  { filesIn: [given('relative')] },
  { filesIn: [given('/root-of-all')] },
  { filesIn: [given('/a/x'), given('/b/y')] },
  { filesIn: [given('/files/out/x')], filesOut: out },
  { filesOut: { ...out, path: '/proc/1' } },
  { filesOut: { ...out, path: '/' } },
])('does not rely on what the API says of places: %j', (over) => {
  expect(verdictOf('', over)).toEqual({
    code: 'policy',
    detail:
      'files go into one folder and come out of another, each with an absolute path, and not one of the system',
  });
});
