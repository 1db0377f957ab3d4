import { mkdir, open, readdir, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FilePart, OutFile, Report } from '@chasqui/contracts';
import type { Collected, Work } from '../drivers/driver.js';
import { executionName } from '../drivers/execution-name.js';
import type { RelayEvents } from '../events.js';
import { partsOf, type PartOfFile } from './file-parts.js';
import { syncFolder } from './sync-folder.js';

/** What an execution leaves that is to arrive before its end does. */
export interface Unsent {
  /** Reports of output that the broker has not taken yet. */
  readonly output: readonly Report[];
  readonly files: Collected['files'];
  /** The report of a part of one of the files. */
  readonly report: (part: PartOfFile) => FilePart;
}

/** What was kept of it. */
export interface Kept {
  /** How long each report is, in bytes; they stand one behind the other, those of output first. */
  readonly lengths: readonly number[];
  /** So many of them are of output, and wait in memory as well. */
  readonly output: number;
  /** The files that are among them whole. */
  readonly files: readonly OutFile[];
  /** The names of those that the disk did not take. */
  readonly notKept: readonly string[];
}

export interface KeptReportsSettings {
  readonly folder: string;
  readonly seal: (report: Report) => string;
  /** No more is kept at once, in bytes. Default 1 GiB. */
  readonly most?: number;
  /** So much of the disk is left to the journal, in bytes, or a quarter of it where that is less. Default 16 MiB. */
  readonly spare?: number;
}

type Of = Pick<Work, 'runId' | 'executionId' | 'attempt'>;
type Events = Pick<RelayEvents, 'notKept' | 'keptGone'>;

/**
 * What executions printed last and the files that they left, from before the journal says that they are over until the broker has all of it: a relay
 * that dies in between finds it here when it is back, while its drivers have removed theirs. Each execution has one file, of reports as they are
 * sent, sealed; memory holds one part of a file at a time.
 */
export class KeptReports {
  private constructor(
    private readonly settings: KeptReportsSettings,
    private readonly events: Events,
    /** How many bytes are kept, by the name of their execution. */
    private readonly sizes: Map<string, number>,
  ) {}

  /** With what an earlier process kept; of executions that are none of these `inHand` (by `executionName`) nobody will ask for it, and it is removed. */
  static async open(
    settings: KeptReportsSettings,
    inHand: ReadonlySet<string>,
    events: Events,
  ): Promise<KeptReports> {
    const { folder } = settings;
    const sizes = new Map<string, number>();
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      if (inHand.has(name)) sizes.set(name, (await stat(path)).size);
      else await rm(path, { force: true });
    }
    return new KeptReports(settings, events, sizes);
  }

  /** Keeps it: the output as a whole, and each file by itself. It is on disk when this resolves. */
  async keep(of: Of, unsent: Unsent): Promise<Kept> {
    if (unsent.output.length + unsent.files.length === 0) return nothing;
    const name = executionName(of);
    this.sizes.set(name, 0);
    try {
      await this.makeFolder();
      const file = await open(join(this.settings.folder, name), 'w', 0o600);
      const kept = await this.write(file, name, unsent).finally(() => file.close());
      await syncFolder(this.settings.folder);
      if (kept.notKept.length > 0 || kept.output < unsent.output.length)
        this.events.notKept(of, kept.notKept);
      return kept;
    } catch (error) {
      const notKept = unsent.files.map((each) => each.name);
      this.events.notKept(of, notKept, error);
      await this.remove(of);
      return { ...nothing, notKept };
    }
  }

  /** One of the reports, as it is to be sent; undefined where it is gone. */
  async read(of: Of, lengths: readonly number[], nth: number): Promise<string | undefined> {
    const bytes = Buffer.alloc(lengths[nth]!);
    const at = sumOf(lengths.slice(0, nth));
    try {
      const file = await open(join(this.settings.folder, executionName(of)));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at).finally(() => file.close());
      if (bytesRead < bytes.length) throw new Error('it is shorter than it was');
      return bytes.toString('latin1');
    } catch (error) {
      this.events.keptGone(of, error);
      return undefined;
    }
  }

  /** All of it has arrived. */
  async remove(of: Pick<Work, 'executionId' | 'attempt'>): Promise<void> {
    const name = executionName(of);
    // What cannot be removed now the next process removes.
    if (this.sizes.delete(name))
      await rm(join(this.settings.folder, name), { force: true }).catch(() => undefined);
  }

  private async write(file: FileHandle, name: string, { output, files, report }: Unsent): Promise<Kept> {
    const kept = { lengths: [] as number[], files: [] as OutFile[], notKept: [] as string[], output: 0 };
    const add = async (reports: Iterable<Report>, bytes: number): Promise<boolean> => {
      const end = sumOf(kept.lengths);
      const written = (await this.hasRoom(bytes)) && (await append(file, end, reports, this.settings.seal));
      if (written) kept.lengths.push(...written);
      else await file.truncate(end);
      this.sizes.set(name, sumOf(kept.lengths));
      return written !== false;
    };
    if (await add(output, JSON.stringify(output).length)) kept.output = output.length;
    for (const each of files) {
      if (await add(reportsOf(each, report), each.bytes.length))
        kept.files.push({ name: each.name, bytes: each.bytes.length });
      else kept.notKept.push(each.name);
    }
    await file.datasync();
    return kept;
  }

  /** Sealed, it takes less than twice what it has. */
  private async hasRoom(bytes: number): Promise<boolean> {
    const { folder, most = 1024 ** 3, spare = 16 * 1024 ** 2 } = this.settings;
    const wanted = 2 * bytes + 1024;
    const kept = sumOf([...this.sizes.values()]);
    const { bavail, blocks, bsize } = await statfs(folder);
    return kept + wanted <= most && bavail * bsize - wanted >= Math.min(spare, (blocks * bsize) / 4);
  }

  private async makeFolder(): Promise<void> {
    const { folder } = this.settings;
    if (await mkdir(folder, { recursive: true, mode: 0o700 })) await syncFolder(dirname(folder));
  }
}

const nothing: Kept = { lengths: [], output: 0, files: [], notKept: [] };

function* reportsOf(file: Collected['files'][number], report: Unsent['report']): Generator<Report> {
  for (const part of partsOf(file)) yield report(part);
}

/** Writes reports from there on. Gives how long each is; false where the disk does not take them all. */
async function append(
  file: FileHandle,
  from: number,
  reports: Iterable<Report>,
  seal: (report: Report) => string,
): Promise<number[] | false> {
  const lengths: number[] = [];
  let at = from;
  for (const report of reports) {
    const bytes = Buffer.from(seal(report), 'latin1');
    const bytesWritten = await file.write(bytes, 0, bytes.length, at).then(
      (done) => done.bytesWritten,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return 0;
        throw error;
      },
    );
    if (bytesWritten < bytes.length) return false;
    lengths.push(bytes.length);
    at += bytes.length;
  }
  return lengths;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
