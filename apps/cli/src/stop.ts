/** What `chasqui` exits with, besides a command's own exit code; after sysexits.h, timeout(1) and shells. */
export const exitCodes = {
  failed: 1,
  usage: 64,
  unreachable: 69,
  noRelay: 69,
  tryLater: 75,
  notAllowed: 77,
  timedOut: 124,
  cancelled: 130,
  interrupted: 130,
  pipeClosed: 141,
} as const;

/** Ends `chasqui` with a sentence on standard error, none if it is empty, and an exit code. */
export class Stop extends Error {
  constructor(
    sentence: string,
    readonly exitCode: number = exitCodes.failed,
  ) {
    super(sentence);
    this.name = 'Stop';
  }
}
