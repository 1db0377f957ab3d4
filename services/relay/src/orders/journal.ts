import { constants } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Outage } from '@chasqui/contracts';
import { copySpans, inOrder, type Span, type Spans } from './journal-spans.js';
import { lockFolder } from './lock-folder.js';
import { readLine, writeLine, type Ended, type JournalEntry } from './journal-line.js';
import { usefulBytes, type Recorded, type Settled } from './recorded.js';
import { syncFolder } from './sync-folder.js';

export interface JournalSettings {
  readonly folder: string;
  /** Told when a line in the middle was unreadable. */
  readonly damaged?: (lines: number) => void;
  /** The file is rewritten when it is larger than this, in bytes, and half of it is of no use. Default 32 MiB. */
  readonly compactAbove?: number;
  /** Reports of settled executions are kept for replays, the newest up to so many bytes. Default 8 MiB. */
  readonly keepReports?: number;
  readonly now?: () => number;
}

const day = 24 * 3_600_000;
/** Settled executions that outlive a rewriting, beyond those whose order could still be started. */
const rememberedAtMost = 2_000;
/** How much the clocks of the API and of this machine may differ before what is forgotten could be started again. */
const clockMargin = 600_000;

/**
 * What this relay has promised: an append-only file in which an order stands before it is started, so that it is started at most once
 * whatever happens to the process. Each line has a checksum and appends that come together share one fsync; a line that a crash tore
 * off is dropped, and a line that was written whole is never lost. The last executions are remembered for up to 24 h after their end, and
 * those whose order could still be started for as long as that, so that a replayed order is recognised.
 */
export class Journal {
  /** How many were read or written since it was opened. */
  entries = 0;
  private readonly known = new Map<string, Recorded | Settled>();
  private waiting: {
    lines: { entry: JournalEntry; line: Buffer }[];
    done: (error?: unknown) => void;
    durable: boolean;
  }[] = [];
  private writing: Promise<void> | undefined;
  private size = 0;
  /** Bytes of lines that the next rewriting would keep. */
  private useful = 0;

  private constructor(
    private file: FileHandle,
    private readonly settings: JournalSettings,
    private readonly unlock: () => Promise<void>,
  ) {}

  /** Opens the journal of a folder, made if need be, reads it and rewrites it without what is of no more use. Throws `Outage('journal-unavailable')`. */
  static async open(settings: JournalSettings): Promise<Journal> {
    try {
      await mkdir(settings.folder, { recursive: true, mode: 0o700 });
      const unlock = await lockFolder(settings.folder);
      const file = await open(join(settings.folder, 'journal'), constants.O_RDWR | constants.O_CREAT, 0o600);
      const journal = new Journal(file, settings, unlock);
      await journal.read();
      // A full disk is no reason not to tell what is known.
      await journal.compact().catch(() => journal.file.truncate(journal.size));
      return journal;
    } catch (error) {
      const facts = { folder: settings.folder, detail: (error as Error).message, retryable: false };
      throw new Outage('journal-unavailable', facts, { cause: error });
    }
  }

  /** What is known of an attempt. */
  find(execution: string, attempt: number): Recorded | Settled | undefined {
    return this.known.get(`${execution}/${attempt}`);
  }

  /** All that is not settled, oldest first. */
  unsettled(): Recorded[] {
    return [...this.known.values()].filter((each) => each.state !== 'settled');
  }

  /** The sealed order of a taken execution. */
  async orderOf(recorded: Recorded): Promise<string> {
    const entry = await this.readSpan(recorded.spans.taken);
    if (entry?.kind !== 'taken') throw new Error(`the journal has no order of ${recorded.execution}`);
    return entry.order;
  }

  /** The sealed report of a finished execution, and what is kept of its files; undefined where that is no longer known. */
  async endOf(recorded: Recorded | Settled): Promise<Ended | undefined> {
    const entry = await this.readSpan(recorded.spans.finished);
    return entry?.kind === 'finished' ? entry : undefined;
  }

  /**
   * Appends entries, and resolves once they are on disk (`settled` alone does not wait for the disk: forgetting it costs a report sent twice).
   * Throws `Outage('journal-unavailable')` when they are not; the file is then as it was before.
   */
  append(...entries: JournalEntry[]): Promise<void> {
    const lines = entries.map((entry) => ({ entry, line: writeLine(entry) }));
    return new Promise((resolve, reject) => {
      const done = (error?: unknown) =>
        error ? reject(new Outage('journal-unavailable', {}, { cause: error })) : resolve();
      this.waiting.push({ lines, done, durable: entries.some(({ kind }) => kind !== 'settled') });
      this.writing ??= this.write();
    });
  }

  /** Writes what is waiting, and closes the file. */
  async close(): Promise<void> {
    while (this.writing) await this.writing;
    await this.file.close();
    await this.unlock();
  }

  private get keepReports(): number {
    return this.settings.keepReports ?? 8 * 1024 ** 2;
  }

  /** All that waits goes out in one write and one fsync, and what comes meanwhile in the next. */
  private async write(): Promise<void> {
    // Orders that come in one turn of the event loop share the first one, too.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      const lines = batch.flatMap((append) => append.lines);
      try {
        const bytes = Buffer.concat(lines.map(({ line }) => line));
        const { bytesWritten } = await this.file.write(bytes, 0, bytes.length, this.size);
        if (bytesWritten < bytes.length)
          throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
        if (batch.some(({ durable }) => durable)) await this.file.datasync();
      } catch (error) {
        await this.file.truncate(this.size).catch(() => undefined);
        for (const { done } of batch) done(error);
        continue;
      }
      for (const { entry, line } of lines) this.learn(entry, line.length);
      for (const { done } of batch) done();
      if (
        this.size > (this.settings.compactAbove ?? 32 * 1024 ** 2) &&
        (this.useful + this.keepReports) * 2 <= this.size
      ) {
        // What cannot be rewritten now is rewritten another time; what stands there stands.
        await this.compact().catch(() => undefined);
      }
    }
    // In the same turn in which nothing waited any more, so that no append falls between.
    this.writing = undefined;
  }

  private async read(): Promise<void> {
    const bytes = await this.file.readFile();
    let damaged = 0;
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(0x0a, at);
      if (end < 0) break;
      const entry = readLine(bytes.subarray(at, end));
      this.size = at;
      if (entry) this.learn(entry, end + 1 - at);
      else damaged += 1;
      at = end + 1;
      this.size = at;
    }
    if (damaged > 0) this.settings.damaged?.(damaged);
  }

  /** Takes in an entry that stands at the end of the file. */
  private learn(entry: JournalEntry, bytes: number): void {
    this.entries += 1;
    const { execution, attempt, at } = entry;
    const key = `${execution}/${attempt}`;
    const before = this.known.get(key);
    // Nothing is to follow that; and if it does, it changes nothing.
    if (before?.state === 'settled') return void (this.size += bytes);
    if (entry.kind === 'settled') return this.settle(key, entry, bytes, before);
    const recorded: Recorded = before ?? {
      execution,
      attempt,
      run: '',
      startBy: 0,
      state: 'taken',
      epoch: 0,
      at,
      spans: {},
    };
    this.known.set(key, recorded);
    const replaced = recorded.spans[entry.kind]?.bytes ?? 0;
    recorded.spans[entry.kind] = { at: this.size, bytes };
    recorded.at = at;
    this.size += bytes;
    this.useful += bytes - replaced;
    if (entry.kind === 'taken' || entry.kind === 'finished') {
      recorded.run = entry.run;
      recorded.startBy = entry.startBy;
    }
    if (entry.kind === 'starting') {
      recorded.driver = entry.driver;
      recorded.epoch = entry.epoch;
      recorded.startedAt = entry.startedAt;
    }
    if (entry.kind === 'running') {
      recorded.handle = entry.handle;
      recorded.startedAt = entry.startedAt;
    } else if (entry.kind === 'cancelling') {
      recorded.cancelling = true;
    } else {
      recorded.state = entry.kind;
    }
    if (entry.kind === 'finished') this.drop(recorded, ['taken', 'starting', 'running', 'cancelling']);
  }

  private settle(
    key: string,
    { at, startBy }: Extract<JournalEntry, { kind: 'settled' }>,
    bytes: number,
    before: Recorded | undefined,
  ): void {
    if (before) this.useful -= usefulBytes(before);
    const finished = before?.spans.finished;
    const spans = { ...(finished && { finished }), settled: { at: this.size, bytes } };
    this.known.set(key, { state: 'settled', startBy, at, spans });
    this.size += bytes;
    this.useful += bytes;
  }

  private drop({ spans }: Recorded, kinds: JournalEntry['kind'][]): void {
    for (const kind of kinds) {
      this.useful -= spans[kind]?.bytes ?? 0;
      delete spans[kind];
    }
  }

  /** Rewrites the file with what is of use, aside, and puts it in place at one stroke. */
  private async compact(): Promise<void> {
    this.forgetTheOld();
    const { folder } = this.settings;
    const aside = join(folder, 'journal.new');
    const kept = [...this.known.values()];
    const fresh = await open(aside, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC, 0o600);
    let copied: Spans[];
    try {
      copied = await copySpans(
        kept.map(({ spans }) => spans),
        this.file,
        fresh,
      );
      await rename(aside, join(folder, 'journal'));
    } catch (error) {
      await fresh.close();
      await rm(aside, { force: true });
      throw error;
    }
    const old = this.file;
    this.file = fresh;
    this.size = 0;
    this.useful = 0;
    for (const [index, recorded] of kept.entries()) {
      recorded.spans = copied[index]!;
      for (const [, { bytes }] of inOrder(recorded.spans)) this.size += bytes;
      this.useful += usefulBytes(recorded);
    }
    await old.close();
    await syncFolder(folder);
  }

  /** Settled executions go when they are a day old or too many, but never while their order could still be started; their reports go before them. */
  private forgetTheOld(): void {
    const now = (this.settings.now ?? Date.now)();
    const settled = [...this.known.entries()].filter(([, { state }]) => state === 'settled').reverse();
    let reports = this.keepReports;
    for (const [index, [key, recorded]] of settled.entries()) {
      const replayable = recorded.startBy + clockMargin > now;
      if (!replayable && (recorded.at + day < now || index >= rememberedAtMost)) this.known.delete(key);
      reports -= recorded.spans.finished?.bytes ?? 0;
      if (reports < 0) delete recorded.spans.finished;
    }
  }

  private async readSpan(span: Span | undefined): Promise<JournalEntry | undefined> {
    if (!span) return undefined;
    // File and span are looked up in one go, so that a rewriting does not come between.
    const bytes = Buffer.alloc(span.bytes);
    await this.file.read(bytes, 0, span.bytes, span.at);
    return readLine(bytes.subarray(0, -1));
  }
}
