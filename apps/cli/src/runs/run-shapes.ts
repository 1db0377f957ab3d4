import type { Block, ExecutionState, ReplyMark } from '@chasqui/contracts';
import type { ToldWait } from '@chasqui/replies';

/* What the API answers, as far as `chasqui` looks at it; its OpenAPI document has the whole. Times are ISO 8601. */

export interface Run {
  readonly id: string;
  readonly line: string;
  /** Several stages: the result is in `reply`. */
  readonly staged?: true;
  readonly status: ExecutionState;
  readonly code?: string;
  readonly bundle?: string;
  readonly command?: string;
  readonly version?: string;
  readonly adapter: string;
  readonly room?: string;
  readonly user?: { readonly username: string; readonly email: string };
  readonly relay?: string;
  /** How many relays it is on in all; a server from before did not say. */
  readonly relayCount?: number;
  readonly exitCode?: number;
  readonly acceptedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly durationMs?: number;
  readonly cancel?: { readonly by: string; readonly at: string };
  readonly reply?: { readonly text: string; readonly mark: ReplyMark; readonly blocks: readonly Block[] };
  readonly executions?: readonly RunExecution[];
}

export interface RunExecution {
  readonly id: string;
  readonly relay: string;
  readonly attempt?: number;
  readonly stage?: number;
  readonly item?: number;
  readonly status: ExecutionState;
  /** What it waits for, where it does. */
  readonly waits?: ToldWait;
  readonly code?: string;
  readonly exitCode?: number;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** Other ends that its relay reported afterwards. */
  readonly late?: readonly {
    readonly status: ExecutionState;
    readonly exitCode?: number;
    readonly reportedAt: string;
  }[];
  readonly outputBytes?: number;
  readonly droppedBytes?: number;
}

export interface RunOutput {
  readonly executionId: string;
  readonly relay: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text?: string;
  readonly base64?: string;
}

/** A file that a run left. */
export interface RunFile {
  readonly executionId: string;
  readonly relay: string;
  readonly name: string;
  readonly bytes: number;
}

/** One that it left and that is not to be had: its name, where that is known, and why, in words. A server from before did not tell. */
export interface FileNotKept {
  readonly executionId: string;
  readonly relay: string;
  readonly name?: string;
  readonly why: string;
  readonly text: string;
}

/** What a run left. */
export interface RunFiles {
  readonly files: readonly RunFile[];
  readonly notKept?: readonly FileNotKept[];
}

/** What came of a request to cancel a run. */
export interface CancelAnswer {
  readonly runId: string;
  readonly state: 'cancelled' | 'requested' | 'unconfirmed' | 'over';
  readonly status: ExecutionState;
  readonly by?: string;
  readonly waitingFor: readonly { readonly relay: string; readonly state: string; readonly since: string }[];
  readonly text: string;
}
