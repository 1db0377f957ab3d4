import type {
  DriverName,
  LeftOutFile,
  Limits,
  Mount,
  Outcome,
  OutFolder,
  OutputChunk,
} from '@chasqui/contracts';

/** One execution as a driver sees it: the relay's policy is already applied, nothing is left to decide. */
export interface Work {
  readonly runId: string;
  readonly executionId: string;
  readonly attempt: number;
  /** For drivers that run containers; the process driver is given none. */
  readonly image?: string;
  /** The program and its first words; empty means the image's own entrypoint. */
  readonly executable: readonly string[];
  /** What follows, byte for byte. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Written to its standard input, which is then closed. Without it the command reads an empty one. */
  readonly stdin?: string | Uint8Array;
  /** Files that go in. A plain process finds them in its own folder, and is told where by the same variables. */
  readonly filesIn?: readonly FileIn[];
  /** The folder that is there, empty, when it begins, and whose files are collected when it is over. */
  readonly filesOut?: OutFolder;
  readonly limits: Limits;
  /** How long it may take to end by itself once it was asked to, in milliseconds; then it is killed. Default `usualGraceMs`. */
  readonly stopGraceMs?: number;
  readonly network: boolean;
  /** The network of the engine that it is joined to, where it has network; without it the engine's own bridge. */
  readonly networkName?: string;
  readonly writableRoot: boolean;
  /** Whether it may be root inside its container. */
  readonly allowRoot: boolean;
  /** Folders of this machine in its container; the process driver is given none. */
  readonly mounts?: readonly Mount[];
  /** Linux capabilities of its container beside none; the process driver is given none. */
  readonly capabilities?: readonly string[];
  /** Whether it may have a container that was started ahead, where the driver has such. Default true. */
  readonly warm?: boolean;
}

/** A file that goes in, under an absolute path. All those of one work stand in the same folder. */
export interface FileIn {
  readonly key: string;
  readonly path: string;
  readonly bytes: Buffer;
}

/** What stood in a folder when the command was over: regular files that lie directly in it, and what else there was. */
export interface Collected {
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly leftOut: readonly LeftOutFile[];
  /** Why there may have been more, and nobody can tell. */
  readonly lost?: string;
}

/** How long a command may take to end after it was asked to, where nobody says: ten seconds, as container engines have it. */
export const usualGraceMs = 10_000;

export type OutputStream = OutputChunk['stream'];

/** Who stands on the other side of a driver while it runs something. */
export interface Watch {
  /**
   * It is running now, and `handle` finds it again after a restart of the relay. Called once, before anything else; the time that
   * it may take counts from here, so that pulling an image does not eat it up.
   */
  started(handle: string): void;
  /** The digest of the image that it runs in: for drivers that run containers, as soon as they know it. */
  image?(digest: string): void;
  /** What it printed. A promise means: send no more of it until this resolves. The bytes are the driver's again once the call returns. */
  write(stream: OutputStream, bytes: Buffer): Promise<void> | undefined;
  /** What was written is not all that it printed: its engine does not give the rest, and this is why. */
  incomplete?(why: string): void;
  /** What it left in its folder of files; once, after its last output, where the work has such a folder. */
  collected?(files: Collected): void;
}

/**
 * Port: how a relay executes. `process`, `docker` and `kubernetes` implement it, and each passes `driver.contract.ts`.
 *
 * `run` and `adopt` stay until the end: they resolve once the command is over and everything it printed was written to the watch.
 * They never throw; what goes wrong is an `Outcome`. When the signal aborts, they ask the command to end (SIGTERM, or what its image says),
 * kill it with all its children once its grace is over, and resolve with `cancelled`; what it still printed is written. What an ended execution leaves behind for inspection stays until `forget`, so that a relay that dies between the end and
 * its journal can still learn the truth.
 */
export interface Driver {
  readonly name: DriverName;
  /** Whether it could run something now, or a sentence that says why not. */
  available(): Promise<true | { readonly why: string }>;
  run(work: Work, watch: Watch, signal: AbortSignal): Promise<Outcome>;
  /**
   * Takes up what an earlier relay process started, or was about to: still running, it is watched to its end, with its whole output read
   * anew where the driver keeps it; ended, the outcome is told; gone, it is `unknown`. It never starts anything.
   */
  adopt(work: Work, handle: string | undefined, watch: Watch, signal: AbortSignal): Promise<Outcome>;
  /**
   * Removes what earlier processes of this relay left and nobody will ask for again: what they kept ready, and what is none of the executions
   * `inHand` (by `executionName`) and was made more than `olderThanMs` ago. Throws `Outage` when it cannot tell.
   */
  removeLeftOvers?(inHand: ReadonlySet<string>, olderThanMs: number): Promise<void>;
  /** The digests of the images that it ran lately, the last one first, at most fifty. */
  images?(): readonly string[];
  /** The platforms whose images it runs, like `linux/arm64`; undefined where that is not known. */
  platforms?(): readonly string[] | undefined;
  /** Gives up whatever it keeps ready for work to come. */
  close?(): Promise<void>;
  /** Removes whatever is left of it. Does nothing where nothing is. Throws `Outage` when it cannot tell. */
  forget(work: Pick<Work, 'executionId' | 'attempt'>): Promise<void>;
}
