import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/* The written guarantee names the tests that show it: each of them is there, by that title. */
const page = fileURLToPath(new URL('../../../docs/guide/execution-guarantee.md', import.meta.url));

/** The rows of the promises, each with the files that it links to and the titles behind each link. */
const named = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => line.includes('.test.ts)'))
  .flatMap((line) =>
    line
      .split(/\[`[^`]+`\]\(/)
      .slice(1)
      .flatMap((part) => {
        const [file, rest] = [part.slice(0, part.indexOf(')')), part.slice(part.indexOf(')'))];
        return [...rest.matchAll(/"([^"]+)"/g)].map((title) => [file, title[1]!] as const);
      }),
  );

it('names tests', () => expect(named.length).toBeGreaterThan(10));

it.each(named)('%s has a test that says “%s”', (file, title) => {
  expect(readFileSync(join(dirname(page), file), 'utf8')).toContain(`'${title}'`);
});
