import type {
  ExecutionEvent,
  Finished,
  LeftOutFile,
  OutFile,
  OutputChunk,
  Refused,
} from '@chasqui/contracts';
import type { RunEnd } from '@chasqui/replies';

/** An end, whoever says so: what happened, what the tables keep of it, and what a reply is made from. */
export interface End {
  readonly who: 'relay' | 'api';
  readonly event: ExecutionEvent;
  readonly end: RunEnd;
  /** A refusal's or failure's code, where there is one beyond the state. */
  readonly code?: string;
  readonly exitCode?: number;
  readonly epoch?: number;
  /** When it began, where that is known. Milliseconds since the epoch, by the API's clock as the relay reckons it. */
  readonly startedAt?: number;
  readonly chunks: readonly OutputChunk[];
  readonly outputBytes: number;
  readonly droppedBytes: number;
  readonly gapBefore?: number;
  /** Of the image that it ran in, where its driver has images. */
  readonly imageDigest?: string;
  /** Why some of what it printed is missing, where that is not by the limit. */
  readonly incomplete?: string;
  /** What it left in its folder, what else stood there, and why nobody can tell. */
  readonly files?: readonly OutFile[];
  readonly filesLeftOut?: readonly LeftOutFile[];
  readonly filesLost?: string;
  /** Those that it was said to have left, and that did not come. */
  readonly filesMissing?: readonly OutFile[];
}

const noOutput = { chunks: [], outputBytes: 0, droppedBytes: 0 };

/** What a relay's last report of an execution means. */
export function endOf(report: Finished | Refused): End {
  if (report.kind === 'refused') {
    const { code, detail } = report;
    if (code === 'cancelled') return { ...cancelledUnstarted(), who: 'relay' };
    const event = code === 'order-late' ? 'expired' : 'refused';
    return { who: 'relay', event, end: { kind: 'refused', code, detail }, code, ...noOutput };
  }
  const { outcome, epoch, chunks, outputBytes, gapBefore, imageDigest, incomplete } = report;
  const { files, filesLeftOut, filesLost } = report;
  // How much is missing nobody knows, and what is not whole must not pass for whole.
  const droppedBytes = Math.max(report.droppedBytes, incomplete === undefined ? 0 : 1);
  const left = { incomplete, files, filesLeftOut, filesLost };
  const output = { epoch, chunks, outputBytes, droppedBytes, gapBefore, imageDigest, ...left };
  const startedAt = outcome.kind === 'not-started' ? undefined : report.at - report.durationMs;
  const common = { who: 'relay' as const, end: outcome, startedAt, ...output };
  switch (outcome.kind) {
    case 'exited':
      return {
        ...common,
        event: outcome.exitCode === 0 ? 'succeeded' : 'failed',
        exitCode: outcome.exitCode,
      };
    case 'out-of-memory':
      return { ...common, event: 'failed', code: outcome.kind, exitCode: outcome.exitCode };
    case 'not-started':
      return { ...common, event: 'failed', code: outcome.code };
    case 'unknown':
      return { ...common, event: 'failed', code: 'outcome-unknown' };
    case 'timed-out':
    case 'cancelled':
      return { ...common, event: outcome.kind };
  }
}

/** No relay started it in time. */
export function expired(startBy: number): End {
  return { who: 'api', event: 'expired', end: { kind: 'expired', startBy }, code: 'order-late', ...noOutput };
}

/** It was to be cancelled, and it is certain that it was not started and never will be. */
export function cancelledUnstarted(): End {
  return { who: 'api', event: 'cancelled', end: { kind: 'cancelled', unstarted: true }, ...noOutput };
}

/** Its relay has been silent since then, and how it ends is not known. */
export function lost(since: number | undefined): End {
  return { who: 'api', event: 'lost', end: { kind: 'lost', since }, ...noOutput };
}

/** Its relay was revoked: what it may still say of this is not believed. */
export function relayRevoked(): End {
  return {
    who: 'api',
    event: 'lost',
    end: { kind: 'lost', revoked: true },
    code: 'relay-revoked',
    ...noOutput,
  };
}
