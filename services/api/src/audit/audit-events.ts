import type { Logger } from '@chasqui/telemetry';

/** What is worth writing down of the audit log itself. */
export class AuditEvents {
  constructor(private readonly logger: Logger) {}

  /** What was changed stands in the audit log, and what came of it does not yet. */
  late(action: string, cause: unknown): void {
    this.logger.error(
      { err: cause, action },
      'what came of a change could not be written to the audit log; trying again',
    );
  }

  /** Looks and refusals could not be written; so many of them find no place to wait any more. */
  notWritten(lost: number, cause: unknown): void {
    this.logger.error({ err: cause, lost }, 'the audit log could not be written; trying again');
  }

  notesLost(dropped: number): void {
    this.logger.error(
      { dropped },
      'looks and refusals are missing in the audit log: there were too many to wait for the database',
    );
  }

  /** The head of the chain. Where logs are kept elsewhere, these lines witness that nothing before them was changed later. */
  checkpoint(checkpoint: { n: number; hash: string; at: string }): void {
    this.logger.info({ checkpoint }, 'audit checkpoint');
  }

  /** Blocks that this instance has seen are not there any more. */
  truncated(seen: { n: number; hash: string }, found: { n: number; hash: string } | undefined): void {
    this.logger.error(
      { seen, found },
      'the audit log was cut off or replaced: its last block is not the one that was seen',
    );
  }

  entryMissing(ids: readonly string[]): void {
    this.logger.error({ ids }, 'entries of the audit log were removed before they were sealed');
  }
}
