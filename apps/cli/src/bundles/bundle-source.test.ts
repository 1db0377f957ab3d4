import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Stop } from '../stop.js';
import { readSource } from './bundle-source.js';

const git = (repository: string, path = '', ref?: string) => ({
  kind: 'git',
  repository,
  path,
  ...(ref !== undefined && { ref }),
});

it.each<[string, object]>([
  ['-', { kind: 'stdin' }],
  ['ops.yaml', { kind: 'path', path: 'ops.yaml' }],
  ['./a//b.yaml', { kind: 'path', path: './a//b.yaml' }],
  ['./-x.yaml', { kind: 'path', path: './-x.yaml' }],
  ['a@b.yaml', { kind: 'path', path: 'a@b.yaml' }],
  ['https://h.org/a//b.yaml?x=1', { kind: 'url', url: new URL('https://h.org/a//b.yaml?x=1') }],
  ['http://127.0.0.1:1/b', { kind: 'url', url: new URL('http://127.0.0.1:1/b') }],
  ['https://h.org/r.git', git('https://h.org/r.git')],
  ['https://h.org/r.git@v1.0', git('https://h.org/r.git', '', 'v1.0')],
  ['https://h.org/r.git//dir/b.yaml', git('https://h.org/r.git', 'dir/b.yaml')],
  ['https://h.org/r.git//dir/b.yaml@feature/x', git('https://h.org/r.git', 'dir/b.yaml', 'feature/x')],
  ['git+https://h.org/r//dir@v1', git('https://h.org/r', 'dir', 'v1')],
  ['git+https://u@h.org/r', git('https://u@h.org/r')],
  ['git+https://u@h.org/r@v1', git('https://u@h.org/r', '', 'v1')],
  ['git+ssh://git@h.org/r//dir@v1', git('ssh://git@h.org/r', 'dir', 'v1')],
  ['ssh://git@h.org:22/r', git('ssh://git@h.org:22/r')],
  ['git@h.org:team/r.git//dir', git('git@h.org:team/r.git', 'dir')],
  ['./r.git//dir@main', git('./r.git', 'dir', 'main')],
  ['git+./r@main', git('./r', '', 'main')],
  ['file:///srv/r//dir', git('file:///srv/r', 'dir')],
])('reads %s', (text, source) => expect(readSource(text)).toEqual(source));

it.each([
  ['', 'names no bundle'],
  ['--upload-pack=x', 'names no bundle'],
  ['ftp://h.org/b.yaml', 'bundles do not come from'],
  ['https://', 'bundles do not come from'],
  ['git+ext::sh -c x', 'bundles do not come from'],
  ['git+-x//y', 'nothing begins with -'],
  ['https://h.org/r.git@--upload-pack=x', 'nothing begins with -'],
  ['https://h.org/r.git//-x', 'nothing begins with -'],
  ['https://h.org/r.git@', 'not empty'],
  ['https://h.org/r.git//../../etc', 'leads out of the repository'],
  ['http://h.org/r.git', 'not encrypted'],
])('refuses %s', (text, sentence) => {
  expect(() => readSource(text)).toThrow(Stop);
  expect(() => readSource(text)).toThrow(sentence);
});

it('reads any text, or refuses it, and hands Git no option', () => {
  const unit = fc.constantFrom(...'ab-@/:+.'.split(''), 'git+', '.git', 'https://', 'ssh://');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
      try {
        const source = readSource(text);
        if (source.kind !== 'git') return;
        for (const part of [source.repository, source.path, source.ref ?? 'x'])
          expect(part.startsWith('-')).toBe(false);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Stop);
      }
    }),
  );
});
