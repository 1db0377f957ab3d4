/** A command at work, as its store token tells: for which bundle it runs, for whom, and where it was asked for. */
export interface RunningAsker {
  readonly runId: string;
  readonly bundle: string;
  /** As `channelKey` makes it. */
  readonly channel: string;
  readonly userId: string;
}

/** Which command a token belongs to. The store provides it; the guard asks it for operations that are a command's own. */
export abstract class RunAuthenticator {
  /** @throws Problem 401 that tells what is the matter with the token, or its absence */
  abstract whoRuns(token: string | undefined): Promise<RunningAsker>;
}
