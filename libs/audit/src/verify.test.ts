import { describe, expect, it } from 'vitest';
import { sealBlock, type Block } from './block.js';
import { hashOfEntry, type Entry } from './entry.js';
import { signEnd } from './export-line.js';
import { fingerprintOf, signingKey } from './signing-key.js';
import { verifyExport } from './verify.js';

const key = signingKey(Buffer.alloc(32, 1));
const keys = [key.publicKey];

function entry(n: number): Entry {
  const id = `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
  return {
    id,
    at: `2026-01-01T00:00:00.00000${n}Z`,
    kind: 'action',
    about: id,
    step: 0,
    content: { n, é: ['ß', 1.5] },
  };
}

/** Seven entries in three blocks, as lines; `change` may do what it likes to the objects before they are lines. */
function exported(change: (lines: object[]) => object[] | void = () => undefined): string[] {
  const blocks: Block[] = [];
  const lines: object[] = [{ chasqui: 'audit', version: 1, at: '2026-01-01T00:00:00.000Z' }];
  for (const some of [
    [1, 2, 3],
    [4, 5],
    [6, 7],
  ]) {
    const entries = some.map(entry);
    const block = sealBlock({
      last: blocks.at(-1),
      at: '2026-01-01T00:00:01.000Z',
      ids: entries.map(({ id }) => id),
      entries: new Map(entries.map((one) => [one.id, one])),
      key,
    });
    blocks.push(block);
    lines.push({ block }, ...entries.map((one) => ({ entry: one })));
  }
  const at = (n: number) => ({ n, hash: blocks[n - 1]!.hash });
  lines.push({
    end: signEnd({ whole: true, blocks: 3, entries: 7, unsealed: 0, from: at(1), to: at(3) }, key),
  });
  return (change(lines) ?? lines).map((line) => JSON.stringify(line));
}

const entryAt = (lines: object[], at: number) =>
  (lines[at] as { entry: { id: string; content: object } }).entry;
const blockAt = (lines: object[], at: number) =>
  (lines[at] as { block: { at: string; signature: string } }).block;

it('finds an export whole, whoever formatted its JSON', async () => {
  expect(await verifyExport(exported(), { keys })).toMatchObject({
    kind: 'whole',
    blocks: 3,
    entries: 7,
    before: 'nothing',
    keys,
    pinned: true,
  });
  const reordered = exported().map((line) => {
    const [[name, value]] = Object.entries(JSON.parse(line) as object) as [[string, unknown]];
    if (typeof value !== 'object' || value === null || name === 'block') return line;
    return ` { "${name}" : ${JSON.stringify(Object.fromEntries(Object.entries(value).toReversed()))} } `;
  });
  expect(await verifyExport(reordered, { keys })).toMatchObject({ kind: 'whole' });
});

it('says that nobody vouched for the key', async () => {
  expect(await verifyExport(exported())).toMatchObject({ kind: 'whole', pinned: false });
  expect(await verifyExport(exported(), { keys: [signingKey(Buffer.alloc(32, 2)).publicKey] })).toMatchObject(
    {
      kind: 'broken',
      how: 'unknown-key',
      line: 2,
    },
  );
});

// Lines, from 0: the head; block 1 and 3 entries; block 2 (at 5) and 2; block 3 (at 8) and 2; the end (at 11).
describe('names the first that is not as it was written, in a file where somebody', () => {
  it.each<[string, string, number, (lines: object[]) => object[] | void]>([
    ['changed an entry', 'changed', 7, (lines) => void Object.assign(entryAt(lines, 6).content, { n: 99 })],
    [
      'changed two',
      'changed',
      4,
      (lines) => {
        entryAt(lines, 3).content = {};
        entryAt(lines, 6).content = {};
      },
    ],
    ['removed an entry', 'removed', 3, (lines) => lines.toSpliced(2, 1)],
    ['removed the last entry of a block', 'removed', 5, (lines) => lines.toSpliced(4, 1)],
    ['removed all entries of a block', 'removed', 6, (lines) => lines.toSpliced(6, 2)],
    ['inserted an entry', 'inserted', 4, (lines) => lines.toSpliced(3, 0, { entry: entry(9) })],
    ['inserted one behind a block', 'inserted', 6, (lines) => lines.toSpliced(5, 0, { entry: entry(9) })],
    ['repeated an entry', 'inserted', 6, (lines) => lines.toSpliced(5, 0, lines[4]!)],
    ['moved an entry', 'reordered', 3, (lines) => lines.toSpliced(2, 2, lines[3]!, lines[2]!)],
    [
      'moved an entry to another block',
      'removed',
      5,
      (lines) => lines.toSpliced(4, 1).toSpliced(6, 0, lines[4]!),
    ],
    [
      'changed a block',
      'block-changed',
      6,
      (lines) => void (blockAt(lines, 5).at = '2020-01-01T00:00:00.000Z'),
    ],
    [
      'took a signature from another block',
      'bad-signature',
      6,
      (lines) => void (blockAt(lines, 5).signature = blockAt(lines, 1).signature),
    ],
    ['removed a block', 'block-removed', 6, (lines) => lines.toSpliced(5, 3)],
    ['removed the first block', 'block-removed', 8, (lines) => lines.toSpliced(1, 4)],
    [
      'moved a block',
      'block-removed',
      5,
      (lines) => [lines[0]!, ...lines.slice(5, 8), ...lines.slice(1, 5), ...lines.slice(8)],
    ],
    ['removed the last block', 'miscounted', 9, (lines) => lines.toSpliced(8, 3)],
    ['cut the file short', 'truncated', 10, (lines) => lines.slice(0, 10)],
    ['put something behind the end', 'inserted', 13, (lines) => [...lines, lines[11]!]],
    [
      'put the end nearer',
      'bad-signature',
      6,
      (lines) => [
        ...lines.slice(0, 5),
        { end: { ...(lines[11] as { end: object }).end, blocks: 1, entries: 3 } },
      ],
    ],
    ['wrote something else', 'not-an-export', 3, (lines) => lines.toSpliced(2, 0, { hello: 'world' })],
    ['took the head off', 'not-an-export', 1, (lines) => lines.slice(1)],
  ])('%s', async (_, how, line, change) => {
    const verdict = await verifyExport(exported(change), { keys });
    expect(verdict).toMatchObject({ kind: 'broken', how });
    expect(verdict).toMatchObject({ line });
  });

  it.each([
    '',
    'not JSON',
    '[]',
    'null',
    '{"block":{}}',
    '{"block":{"entries":[1]}}',
    '{"chasqui":"else"}',
    '{"end":{}}',
    '{"entry":{}}',
  ])('wrote %j', async (text) => {
    expect(await verifyExport([text], { keys })).toMatchObject({ kind: 'broken' });
    expect(await verifyExport([exported()[0]!, text], { keys })).toMatchObject({ kind: 'broken' });
  });
});

it('tells keys apart by a fingerprint, and has one hash for one entry', () => {
  expect(fingerprintOf(key.publicKey)).toMatch(/^SHA256:[\w-]{43}$/);
  const { id, at, kind, about, step, content } = entry(1);
  expect(hashOfEntry({ content, step, about, kind, at, id })).toBe(hashOfEntry(entry(1)));
  expect(hashOfEntry({ ...entry(1), content: { broken: '\ud800' } })).toBe('none');
});
