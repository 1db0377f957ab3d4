import { isAnchorSigned, type Anchor } from './anchor.js';
import { isBlockSigned, isBlockWhole, type Block, type Checkpoint } from './block.js';
import { compareEntries } from './compare-entries.js';
import type { Entry } from './entry.js';
import { isEndSigned, type ExportEnd, type ExportLine } from './export-line.js';
import { fingerprintOf, isSignedBy } from './signing-key.js';

export interface VerifyOptions {
  /** The public keys that are believed, in base64url, or their fingerprints. Without one, that of the first block is taken at its word. */
  readonly keys?: readonly string[];
  /** A block that was seen before and must be found again. */
  readonly checkpoint?: Checkpoint;
}

/** How something was broken. */
export type Breakage =
  /** Of entries. */
  | 'changed'
  | 'removed'
  | 'inserted'
  | 'reordered'
  | 'never-sealed'
  /** Of blocks. */
  | 'block-changed'
  | 'block-removed'
  | 'chain-broken'
  | 'bad-signature'
  | 'unknown-key'
  | 'other-history'
  /** Of the file. */
  | 'truncated'
  | 'not-an-export'
  | 'miscounted';

/** The first place that is not as it was written. */
export interface Break {
  readonly kind: 'broken';
  readonly how: Breakage;
  /** Where in the file, from 1. */
  readonly line: number;
  /** Which block. */
  readonly block?: number;
  /** Which entry, and what is left of it where something is. */
  readonly id?: string;
  readonly entry?: Entry;
}

/** Everything is as it was written. */
export interface Whole {
  readonly kind: 'whole';
  readonly blocks: number;
  readonly entries: number;
  /** Written too short a time ago: nothing vouches for these yet. */
  readonly unsealed: number;
  readonly from?: Checkpoint;
  readonly to?: Checkpoint & { readonly at: string };
  /** What stands before the first block: nothing, because it is the very first; an anchor; or blocks that this file does not have. */
  readonly before: 'nothing' | 'anchor' | 'not-here';
  /** The public keys that signed it, in the order of their use. */
  readonly keys: readonly string[];
  /** Whether the keys were given, and not taken from the file itself. */
  readonly pinned: boolean;
  /** Whether the checkpoint lies in it; undefined where none was given. */
  readonly checkpointSeen?: boolean;
}

export type Verdict = Whole | Break;

/** So much longer than the last block may an entry wait to be sealed, in milliseconds. */
const patienceMs = 5 * 60_000;

/** Checks an export from its first line to its last, and stops at the first that is not as it was written. Never throws for what stands in it. */
export async function verifyExport(
  lines: AsyncIterable<string> | Iterable<string>,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const check = new ExportCheck(options);
  let number = 0;
  for await (const text of lines) {
    if (text === '') continue;
    number += 1;
    const broken = check.take(lineOf(text), number);
    if (broken) return broken;
  }
  return check.end(number);
}

class ExportCheck {
  private readonly trusted: Set<string>;
  private readonly keys: string[] = [];
  private readonly pinned: boolean;
  private head = false;
  private before: Whole['before'] = 'not-here';
  private last: (Checkpoint & { at: string }) | undefined;
  private anchor: { readonly anchor: Anchor; readonly line: number } | undefined;
  private first: Checkpoint | undefined;
  private open: { block: Block; line: number; entries: { entry: Entry; line: number }[] } | undefined;
  private blocks = 0;
  private entries = 0;
  private unsealed = 0;
  private checkpointSeen = false;
  private finished = false;

  constructor(private readonly options: VerifyOptions) {
    this.trusted = new Set(options.keys);
    this.pinned = this.trusted.size > 0;
  }

  take(line: ExportLine | undefined, at: number): Break | undefined {
    if (!line || this.finished) return broken(this.finished ? 'inserted' : 'not-an-export', at);
    if ('chasqui' in line) {
      if (this.head || line.chasqui !== 'audit') return broken('not-an-export', at);
      this.head = true;
      return undefined;
    }
    if (!this.head) return broken('not-an-export', at);
    if ('entry' in line) return this.takeEntry(line.entry, at);
    const ended = this.closeBlock(at);
    if (ended) return ended;
    if ('anchor' in line) {
      const { anchor } = line;
      if (this.blocks > 0 || this.anchor) return broken('inserted', at, { block: anchor.n });
      if (!isAnchorSigned(anchor)) return broken('bad-signature', at, { block: anchor.n });
      const { checkpoint } = this.options;
      if (checkpoint?.n === anchor.n) {
        if (checkpoint.hash !== anchor.hash) return broken('other-history', at, { block: anchor.n });
        this.checkpointSeen = true;
      }
      this.anchor = { anchor, line: at };
      return undefined;
    }
    if ('block' in line) return this.takeBlock(line.block, at);
    if ('unsealed' in line) return this.takeUnsealed(line.unsealed, at);
    return this.takeEnd(line.end, at);
  }

  end(lines: number): Verdict {
    if (!this.finished) return broken(this.head ? 'truncated' : 'not-an-export', lines);
    const { checkpoint } = this.options;
    const { blocks, entries, unsealed, first: from, last: to, before, keys, pinned } = this;
    const { checkpointSeen } = this;
    return {
      kind: 'whole',
      blocks,
      entries,
      unsealed,
      ...(from && { from }),
      ...(to && { to }),
      before,
      keys,
      pinned,
      ...(checkpoint && { checkpointSeen }),
    };
  }

  private takeBlock(block: Block, at: number): Break | undefined {
    const here = { block: block.n };
    if (!isBlockWhole(block)) return broken('block-changed', at, here);
    const previous = this.last ?? this.anchor?.anchor;
    if (previous && block.n !== previous.n + 1) return broken('block-removed', at, { block: previous.n + 1 });
    if (previous && block.prev !== previous.hash) return broken('chain-broken', at, here);
    if (!previous) this.before = block.n === 1 && block.prev === null ? 'nothing' : 'not-here';
    else if (!this.last) this.before = 'anchor';
    const unknown = this.keyFault(block, at);
    if (unknown) return unknown;
    if (!isBlockSigned(block)) return broken('bad-signature', at, here);
    const { checkpoint } = this.options;
    if (checkpoint?.n === block.n) {
      if (checkpoint.hash !== block.hash) return broken('other-history', at, here);
      this.checkpointSeen = true;
    }
    const { n, hash } = block;
    this.first ??= { n, hash };
    this.last = { n, hash, at: block.at };
    this.blocks += 1;
    this.open = { block, line: at, entries: [] };
    return undefined;
  }

  /** A key counts if it is among those believed, or if the one before it, which counts, gave the word on. */
  private keyFault(block: Block, at: number): Break | undefined {
    const { key, handover, hash, n } = block;
    const previous = this.keys.at(-1) ?? this.anchor?.anchor.key;
    const handed =
      previous !== undefined && handover !== undefined && isSignedBy(previous, 'handover', hash, handover);
    // Where nobody said whom to believe it is the first that signed here.
    if (this.trusted.size === 0) this.trusted.add(handed ? previous : key);
    if (!this.believes(key)) {
      if (!handed || !this.believes(previous)) return broken('unknown-key', at, { block: n });
      this.trusted.add(key);
    }
    if (this.keys.at(-1) !== key) this.keys.push(key);
    return undefined;
  }

  private believes(key: string): boolean {
    if (this.trusted.size === 0) this.trusted.add(key);
    // What stands in the file may be anything.
    return this.trusted.has(key) || (typeof key === 'string' && this.trusted.has(fingerprintOf(key)));
  }

  private takeEntry(entry: Entry, line: number): Break | undefined {
    if (!this.open) return broken('inserted', line, { id: entry.id, entry });
    // Behind its block there stand as many as it has; what comes on top belongs to none.
    this.open.entries.push({ entry, line });
    return undefined;
  }

  private closeBlock(at: number): Break | undefined {
    if (!this.open) return undefined;
    const { block, entries, line } = this.open;
    this.open = undefined;
    this.entries += block.entries.length;
    const fault = compareEntries(
      block.entries,
      entries.map(({ entry }) => entry),
    );
    if (!fault) return undefined;
    const where = fault.at < entries.length ? entries[fault.at]!.line : entries.length > 0 ? at : line;
    return broken(fault.how, where, {
      block: block.n,
      id: fault.id,
      ...(fault.entry && { entry: fault.entry }),
    });
  }

  /** What waits to be sealed was written a moment ago; what should have been sealed long before the last block was put there since. */
  private takeUnsealed(entry: Entry, at: number): Break | undefined {
    this.unsealed += 1;
    const late = this.last && Date.parse(entry.at) < Date.parse(this.last.at) - patienceMs;
    return late ? broken('never-sealed', at, { id: entry.id, entry }) : undefined;
  }

  private takeEnd(end: ExportEnd, at: number): Break | undefined {
    // The blocks were removed when a later key was in force, perhaps: it is the chain that says whether it counts.
    if (this.anchor && !this.believes(this.anchor.anchor.key))
      return broken('unknown-key', this.anchor.line, { block: this.anchor.anchor.n });
    if (!this.believes(end.key)) return broken('unknown-key', at);
    if (!isEndSigned(end)) return broken('bad-signature', at);
    // All that there is begins at the beginning, or where the operator signed for what is gone.
    const begins = (this.anchor?.anchor.n ?? 0) + 1;
    if (end.whole && this.first && this.first.n !== begins)
      return broken('block-removed', at, { block: begins });
    const counts =
      end.blocks === this.blocks && end.entries === this.entries && end.unsealed === this.unsealed;
    const same = (a: Checkpoint | null | undefined, b: Checkpoint | undefined) =>
      a?.n === b?.n && a?.hash === b?.hash;
    if (!counts || !same(end.from, this.first) || !same(end.to, this.last)) return broken('miscounted', at);
    const { checkpoint } = this.options;
    // The blocks that somebody has seen are not all there any more: the tail was cut off where the log is kept.
    const reaches = this.last?.n ?? this.anchor?.anchor.n ?? 0;
    if (checkpoint && checkpoint.n > reaches) return broken('truncated', at, { block: reaches + 1 });
    this.finished = true;
    return undefined;
  }
}

function broken(
  how: Breakage,
  line: number,
  what: Partial<Omit<Break, 'kind' | 'how' | 'line'>> = {},
): Break {
  return { kind: 'broken', how, line, ...what };
}

/** Undefined for what no export has. Only as much is looked at as keeps the rest from stumbling: all else the hashes tell. */
function lineOf(text: string): ExportLine | undefined {
  let line: Record<string, unknown> | null;
  try {
    line = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return undefined;
  }
  if (typeof line !== 'object' || line === null) return undefined;
  const of = (name: string) =>
    typeof line[name] === 'object' && line[name] !== null
      ? (line[name] as Record<string, unknown>)
      : undefined;
  const block = of('block');
  const fits =
    'chasqui' in line ||
    (block && Array.isArray(block['entries']) && block['entries'].every(Array.isArray)) ||
    ['anchor', 'entry', 'unsealed', 'end'].some((name) => of(name));
  return fits ? (line as unknown as ExportLine) : undefined;
}
