import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from './masker.js';

const secret = 'sw0rd-Fisch!"x';

/** What is shown of this, written in these pieces. */
function shown(secrets: string[], ...pieces: (string | Buffer)[]): string {
  const masker = new Masker(secrets);
  const before = pieces.map((piece) => masker.write('stdout', Buffer.from(piece)));
  return Buffer.concat([...before, ...masker.end().map(({ bytes }) => bytes)]).toString();
}

describe('a secret is masked', () => {
  it.each([
    ['as it is', `password=${secret}\n`, 'password=***\n'],
    ['several times', `${secret}${secret} ${secret}`, '****** ***'],
    ['in JSON', JSON.stringify({ password: secret }), '{"password":"***"}'],
    ['in a URL', `https://x/?p=${encodeURIComponent(secret)}&q`, 'https://x/?p=***&q'],
    ['in base64', Buffer.from(secret).toString('base64').replace(/=+$/, ''), '***'],
    ['in base64 with a line feed, as echo gives it', Buffer.from(`${secret}\n`).toString('base64'), '***'],
  ])('%s', (_, printed, seen) => expect(shown([secret], printed)).toBe(seen));

  it('line by line, where it has several', () => {
    expect(shown(['first line\nsecond line'], 'a first line\n  b second line')).toBe('a ***\n  b ***');
  });

  it('whatever its alphabet', () => {
    expect(shown(['pässwörd✓'], Buffer.from('<pässwörd✓>'))).toBe('<***>');
  });

  it('whole, where another secret is its beginning', () => {
    expect(shown(['abcd', 'abcdefgh'], 'abcd', 'efgh abcd!')).toBe('*** ***!');
  });

  it('in parts, where it is very long', () => {
    const long = Array.from({ length: 3000 }, (_, index) => String(index)).join('-');
    expect(shown([long], `<${long}>`)).not.toMatch(/\d/);
  });

  it('wherever what is printed is cut', () => {
    const text = `one ${secret} two ${secret.slice(0, 5)} three ${secret}`;
    const cuts = fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (at) => {
        const places = [0, ...at.toSorted((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(shown([secret], ...pieces)).toBe(`one *** two ${secret.slice(0, 5)} three ***`);
      }),
    );
  });
});

it('lets short values be, and everything where there are none', () => {
  expect(shown(['abc', ' x '], 'abc x')).toBe('abc x');
  expect(shown([], 'abc')).toBe('abc');
});

it('holds back only what may be the beginning of a secret', () => {
  const masker = new Masker([secret]);
  expect(masker.write('stdout', Buffer.from('done s')).toString()).toBe('done ');
  expect(masker.write('stderr', Buffer.from('w0rd')).toString()).toBe('w0rd');
  expect(masker.write('stdout', Buffer.from('o')).toString()).toBe('so');
});
