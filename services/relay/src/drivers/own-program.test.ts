import { expect, it } from 'vitest';
import { ownProgram } from './own-program.js';
import { workOf } from './work.fixture.js';

const program = (entrypoint: string[], cmd: string[]) => ({ pinned: 'x@sha256:0', entrypoint, cmd });
const unknown = { why: 'x wants a login, and this relay has none' };

it.each([
  [['/app'], ['serve'], [], ['/app', 'serve']],
  [['/app'], ['serve'], ['--help'], ['/app', '--help']],
  [['/app', '-v'], [], ['a b'], ['/app', '-v', 'a b']],
  [['/app'], [], [], ['/app']],
  [[], ['top', '-b'], [], ['top', '-b']],
  [[], ['top', '-b'], ['ls', '/'], ['ls', '/']],
  [['/bin/sh', '-c', 'echo $A'], [], [], ['/bin/sh', '-c', 'echo $A']],
])('entrypoint %j and command %j with the words %j run %j', (entrypoint, cmd, args, words) => {
  expect(ownProgram(workOf({ image: 'x', args }), program(entrypoint, cmd))).toEqual({
    work: workOf({ image: 'x@sha256:0', executable: words, executionId: expect.any(String) as string }),
  });
});

it('refuses an image that names no program', () => {
  expect(ownProgram(workOf({ image: 'x' }), program([], []))).toEqual({
    kind: 'not-started',
    code: 'executable-missing',
    detail: 'x names neither an entrypoint nor a command, and its bundle no executable',
  });
});

it('runs what it does not know as it is, and says why', () => {
  const work = workOf({ image: 'x', stdin: '' });
  expect(ownProgram(work, unknown)).toEqual({ work, merged: unknown.why });
});

it('does not run what it does not know where files are to come out or something is to be read', () => {
  const filesOut = { path: '/files/out', count: 1, fileBytes: 1, allBytes: 1 };
  for (const over of [{ filesOut }, { stdin: 'x' }, { stdin: Buffer.from('x') }])
    expect(ownProgram(workOf({ image: 'x', ...over }), unknown)).toEqual({
      kind: 'not-started',
      code: 'entrypoint-unknown',
      detail: `x: ${unknown.why}`,
    });
});
