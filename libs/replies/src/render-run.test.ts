import type { OutputChunk } from '@chasqui/contracts';
import { expect, it } from 'vitest';
import { renderRun, renderRunning, type FinishedView } from './render-run.js';

const out = (text: string, seq = 0): OutputChunk => ({ seq, stream: 'stdout', text });
const err = (text: string, seq = 0): OutputChunk => ({ seq, stream: 'stderr', text });
const bytes = (raw: Buffer, seq = 0): OutputChunk => ({
  seq,
  stream: 'stdout',
  base64: raw.toString('base64'),
});
const now = Date.parse('2026-11-22T13:00:00Z');
const run = (view: Partial<FinishedView>) =>
  renderRun({ relay: 'fra-1', runId: 'r1', end: { kind: 'exited', exitCode: 0 }, output: [], now, ...view });

it('shows exactly what was printed, and nothing else, when all went well', () => {
  expect(run({ output: [out('hello\n')] })).toEqual({
    mark: 'succeeded',
    exitCode: 0,
    text: 'hello',
    blocks: [{ kind: 'text', text: 'hello' }],
  });
});

it('keeps lines and columns in a fixed-width face', () => {
  expect(run({ output: [out('a  1\nb  2\n')] }).blocks).toEqual([{ kind: 'code', text: 'a  1\nb  2' }]);
  expect(run({ output: [out('a\tb\n')] }).blocks).toEqual([{ kind: 'code', text: 'a\tb' }]);
});

it('puts chunks in order, each once', () => {
  expect(run({ output: [out('lo', 1), out('hel', 0), out('lo', 1)] }).text).toBe('hello');
});

it('is never silent', () => {
  expect(run({}).text).toBe('done; it printed nothing');
});

it('marks standard error and says the exit code, where and which run', () => {
  expect(
    run({ end: { kind: 'exited', exitCode: 3 }, output: [out('one\n'), err('boom\n', 1)] }),
  ).toMatchObject({
    mark: 'failed',
    exitCode: 3,
    text: 'one\nstandard error:\nboom\nexit code 3, on fra-1, run r1',
  });
});

it('says what was dropped, and where', () => {
  const view = run({ output: [out('head\n', 0), out('tail\n', 7)], gapBefore: 7, droppedBytes: 12_345 });
  expect(view.text).toBe(
    'head\n… output was dropped here …\ntail\n' +
      '12,345 bytes dropped: it printed more than is kept, and what stood between the beginning and the end is gone',
  );
});

it('shows head and tail of long output and where the whole is', () => {
  const lines = Array.from({ length: 4_372 }, (_, at) => `line ${at + 1}`);
  const { text } = run({ output: [out(lines.join('\n'))] });
  expect(text.split('\n')).toHaveLength(40 + 1 + 20 + 1);
  expect(text).toContain('\nline 40\n… 4,312 more lines …\nline 4353\n');
  expect(text).toMatch(/\nthe whole: chasqui runs show r1$/);
});

it('says how many bytes are not text', () => {
  expect(run({ output: [bytes(Buffer.from([0, 1, 2, 255]))] }).text).toBe(
    '4 bytes that are not text; the whole: chasqui runs show r1',
  );
});

it('shows a log that has one stray byte', () => {
  expect(
    run({
      output: [bytes(Buffer.concat([Buffer.from('caf'), Buffer.from([0xe9]), Buffer.from(' is open')]))],
    }).text,
  ).toBe('caf\ufffd is open');
});

it.each<[FinishedView['end'], string, string]>([
  [
    { kind: 'timed-out' },
    'timed-out',
    'stopped after 60 s; what it did until then stays done. on fra-1, run r1',
  ],
  [{ kind: 'cancelled' }, 'cancelled', 'cancelled; what it did until then stays done. on fra-1, run r1'],
  [
    { kind: 'out-of-memory', exitCode: 137 },
    'failed',
    'killed because it used more than 512 MiB. on fra-1, run r1',
  ],
  [
    { kind: 'not-started', code: 'executable-missing', detail: '/bin/nope' },
    'failed',
    "it was not run: its program is not there on fra-1 (/bin/nope). check the command's executable in its bundle. run r1",
  ],
  [
    { kind: 'unknown', detail: '' },
    'failed',
    'it ran, but fra-1 was restarted while watching it, and how it ended is not known. look at what it did before you send it again. run r1',
  ],
  [
    { kind: 'expired', startBy: Date.parse('2026-11-22T12:03:00Z') },
    'expired',
    'not run: fra-1 did not start it by 12:03 UTC, and late orders are dropped. send it again if you still want it. run r1',
  ],
  [
    { kind: 'lost', since: Date.parse('2026-11-22T12:03:00Z') },
    'lost',
    'fra-1 has not been heard since 12:03 UTC, so how this ends is not known. it is not run again by itself; when fra-1 comes back, what happened is told here. run r1',
  ],
  [
    { kind: 'refused', code: 'policy', detail: 'curl is not on its list' },
    'refused',
    'fra-1 does not allow this: curl is not on its list. its policy file decides; its operator can change it. run r1',
  ],
])('%j is told as %s', (end, mark, text) => {
  expect(run({ end, timeoutMs: 60_000, memoryBytes: 512 * 1024 ** 2 })).toMatchObject({ mark, text });
});

it('tells while it runs what it printed so far and where', () => {
  const view = renderRunning({
    command: 'ops:restart',
    relay: 'fra-1',
    runId: 'r1',
    output: [out('1 of 3\n')],
  });
  expect(view).toMatchObject({ mark: 'running', text: '1 of 3\nops:restart is running on fra-1, run r1' });
});

it('counts an order that came too late as expired', () => {
  expect(run({ end: { kind: 'refused', code: 'order-late', detail: '' } })).toMatchObject({
    mark: 'expired',
    text: 'not run: it reached fra-1 after its deadline. send it again if you still want it. run r1',
  });
});
