import { expect, it } from 'vitest';
import { Frames } from './frames.js';

const mark = 'chasqui-mark-1';
const log = `${mark} start\nhello\n${mark} o 0\n\0\xff${mark} e 1\n${mark} end 2\n`;

async function reading(...logs: string[]) {
  const seen: string[] = [];
  const frames = new Frames(mark, (kind, bytes) => {
    seen.push(`${kind} ${bytes.toString('latin1')}`);
    return undefined;
  });
  for (const text of logs) await frames.read(pieces(text));
  return { seen, ended: frames.ended, missing: frames.missing };
}

/** In pieces that fall anywhere. */
async function* pieces(text: string, size = 7) {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), 'latin1');
}

const whole = { seen: ['o hello\n', 'e \0\xff'], ended: true, missing: 0 };

it('takes frames apart, whatever their bytes are', async () => {
  expect(await reading(log)).toEqual(whole);
});

it('takes each frame once, wherever the readings before ended', async () => {
  for (let cut = 0; cut < log.length; cut += 1) expect(await reading(log.slice(0, cut), log)).toEqual(whole);
});

it("does not take an error's text for output, whether it stands in place of the log or at its end", async () => {
  const text = 'failed to try resolving symlinks in path "/var/log/pods/x/0.log": no such file or directory';
  expect(await reading(text, log)).toEqual(whole);
  expect(await reading(log.slice(0, 40) + text, log)).toEqual(whole);
  expect(await reading(text)).toEqual({ seen: [], ended: false, missing: 0 });
});

it('says how many frames are gone where a log has lost its beginning', async () => {
  const rotated = `${log.slice(`${mark} start\nhe`.length)}`;
  expect(await reading(rotated)).toEqual({ seen: ['e \0\xff'], ended: true, missing: 1 });
  expect(await reading(log.slice(log.indexOf('end') - mark.length - 1))).toEqual({
    seen: [],
    ended: true,
    missing: 3,
  });
});
