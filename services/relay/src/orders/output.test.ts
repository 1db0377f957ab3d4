import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputChunk } from '@chasqui/contracts';
import { Output } from './output.js';
import { chunkOf, wholeCharacters } from './whole-characters.js';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
/** Twice: V8 frees buffers in the background, and only the second collection waits until the first has. */
const collectGarbage = () => {
  gc();
  gc();
};

const bytesOf = ({ text, base64 }: OutputChunk) =>
  text === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(text);
const textOf = (chunks: OutputChunk[], stream: string) =>
  Buffer.concat(chunks.filter((c) => c.stream === stream).map(bytesOf)).toString('latin1');

/** Everything said about writes, in the order it was said. */
function told(limit: number, writes: [stream: 'stdout' | 'stderr', bytes: Buffer][]) {
  const reports: OutputChunk[][] = [];
  const output = new Output(limit, (chunks) => void reports.push(chunks));
  for (const [stream, bytes] of writes) void output.write(stream, bytes);
  const end = output.end();
  return { end, reports, chunks: [...reports.flat(), ...end.chunks] };
}

describe('output', () => {
  it('rides in the end where it is short', () => {
    const { end, reports } = told(1000, [['stdout', Buffer.from('hello\n')]]);
    expect(reports).toEqual([]);
    expect(end).toEqual({
      chunks: [{ seq: 0, stream: 'stdout', text: 'hello\n' }],
      outputBytes: 6,
      droppedBytes: 0,
    });
  });

  it('keeps the order of the two streams', () => {
    const { end } = told(1000, [
      ['stdout', Buffer.from('a')],
      ['stderr', Buffer.from('b')],
      ['stdout', Buffer.from('c')],
      ['stdout', Buffer.from('d')],
    ]);
    expect(end.chunks.map(({ seq, stream, text }) => [seq, stream, text])).toEqual([
      [0, 'stdout', 'a'],
      [1, 'stderr', 'b'],
      [2, 'stdout', 'cd'],
    ]);
  });

  it('is sent while the command runs', async () => {
    const sent = new Promise<OutputChunk[]>((resolve) => {
      const output = new Output(1000, (chunks) => {
        resolve(chunks);
        return undefined;
      });
      void output.write('stdout', Buffer.from('now'));
    });
    expect(await sent).toEqual([{ seq: 0, stream: 'stdout', text: 'now' }]);
  });

  it('passes on that the other side is not ready', async () => {
    let ready = () => {};
    const output = new Output(1_000_000, () => new Promise<void>((resolve) => (ready = resolve)));
    const wait = output.write('stdout', Buffer.alloc(40_000, 'x'));
    expect(wait).toBeInstanceOf(Promise);
    ready();
    await wait;
    output.end();
  });

  it('never cuts a character', () => {
    const bytes = Buffer.from('aé€🏃'.repeat(3));
    const { chunks } = told(
      1000,
      [...bytes].map((byte) => ['stdout', Buffer.from([byte])]),
    );
    expect(chunks.map((c) => c.text).join('')).toBe('aé€🏃'.repeat(3));
  });

  it('gives bytes that are no text in base64', () => {
    const { end } = told(1000, [['stdout', Buffer.from([0xff, 0x00, 0xe2, 0x82])]]);
    expect(Buffer.concat(end.chunks.map(bytesOf))).toEqual(Buffer.from([0xff, 0x00, 0xe2, 0x82]));
    expect(end.chunks.every((c) => c.base64 !== undefined)).toBe(true);
  });

  it('keeps head and tail of what is too much, and says what is gone', () => {
    const { end, chunks } = told(20, [
      ['stdout', Buffer.from('0123456789')],
      ['stdout', Buffer.from('x'.repeat(100))],
      ['stdout', Buffer.from('abcdefghij')],
    ]);
    expect(end).toMatchObject({ outputBytes: 120, droppedBytes: 100, gapBefore: 1 });
    expect(chunks.map((c) => c.text)).toEqual(['0123456789', 'abcdefghij']);
  });

  it('drops whole a character that the gap cuts', () => {
    const { end, chunks } = told(9, [['stdout', Buffer.from('€'.repeat(20))]]);
    expect(chunks.map((c) => c.text)).toEqual(['€', '€']);
    expect(end).toMatchObject({ outputBytes: 60, droppedBytes: 54, gapBefore: 1 });
  });

  it('tells all of it, in order, for any way of printing', () => {
    const write = fc.tuple(
      fc.constantFrom('stdout' as const, 'stderr' as const),
      fc
        .oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.string({ unit: 'grapheme', maxLength: 20 }).map((s) => Buffer.from(s)),
        )
        .map((b) => Buffer.from(b)),
    );
    fc.assert(
      fc.property(fc.array(write, { maxLength: 60 }), fc.integer({ min: 1, max: 4000 }), (writes, limit) => {
        const { end, chunks } = told(limit, writes);
        const printed = (stream: string) =>
          Buffer.concat(writes.filter(([s]) => s === stream).map(([, b]) => b)).toString('latin1');
        expect(chunks.map((c) => c.seq)).toEqual(chunks.map((_, i) => i));
        const kept = chunks.reduce((sum, c) => sum + bytesOf(c).length, 0);
        expect(kept + end.droppedBytes).toBe(end.outputBytes);
        expect(end.outputBytes).toBe(printed('stdout').length + printed('stderr').length);
        if (end.outputBytes <= limit) expect(end.droppedBytes).toBe(0);
        expect(kept).toBeLessThanOrEqual(limit);
        const gap = end.gapBefore ?? chunks.length;
        for (const stream of ['stdout', 'stderr']) {
          expect(printed(stream).startsWith(textOf(chunks.slice(0, gap), stream))).toBe(true);
          expect(printed(stream).endsWith(textOf(chunks.slice(gap), stream))).toBe(true);
        }
      }),
    );
  });

  it('makes reports that a broker takes, even of a character a stream in turn', () => {
    const writes = Array.from(
      { length: 40_000 },
      (_, i) => [i % 2 ? 'stdout' : 'stderr', Buffer.from('\u0001')] as ['stdout' | 'stderr', Buffer],
    );
    const { reports, end } = told(10 * 1024 ** 2, writes);
    for (const chunks of [...reports, end.chunks])
      expect(JSON.stringify(chunks).length).toBeLessThan(400_000);
  });

  it('holds no more than its limit of a line of 200 MB', () => {
    const part = Buffer.alloc(64 * 1024, 'x');
    const limit = 1024 ** 2;
    const output = new Output(limit, () => undefined);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 3200; i += 1) void output.write('stdout', part);
    // What is held, not what happens to be uncollected yet.
    collectGarbage();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(limit * 1.5);
    const end = output.end();
    expect(end.outputBytes).toBe(3200 * 64 * 1024);
    expect(end.droppedBytes).toBe(end.outputBytes - limit);
  });
});

describe('a chunk', () => {
  it('is text exactly where its bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(bytesOf(chunkOf(0, 'stdout', Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('waits for the rest of a character, and for nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
        const bytes = Buffer.from(text);
        const cut = bytes.subarray(0, bytes.length === 0 ? 0 : at % bytes.length);
        const whole = cut.subarray(0, wholeCharacters(cut));
        expect(text.startsWith(whole.toString())).toBe(true);
        expect(cut.length - whole.length).toBeLessThan(4);
      }),
    );
  });
});
