/** A server that tests can use. */
export interface Server {
  readonly address: string;
  /** Which one it is, for the line that says what the tests use. */
  readonly about: string;
  readonly stop?: () => Promise<void>;
}

/** One way of getting a server. */
export interface Way {
  /** `Docker` */
  readonly name: string;
  /** Throws with the reason, in one line, where it cannot be had so. */
  readonly start: () => Promise<Server>;
}

export interface Found {
  /** Undefined where no way worked. */
  readonly server?: Server;
  /** What was tried before, and why not: `Docker: no container engine answers`. Empty where the first way worked. */
  readonly instead: string;
}

/** The first way that works. */
export async function firstThatWorks(ways: readonly Way[]): Promise<Found> {
  const failed: string[] = [];
  for (const { name, start } of ways) {
    try {
      return { server: await start(), instead: failed.join('; ') };
    } catch (error) {
      failed.push(`${name}: ${(error as Error).message}`);
    }
  }
  return { instead: failed.join('; ') };
}

/** The line that says what tests use. `mustHave`: what needs it fails where it is not to be had. */
export function whatIsUsed(name: string, { server, instead }: Found, mustHave: boolean): string {
  if (server) return `tests use ${server.about}${instead && ` (${instead})`}`;
  return `NO ${name} FOR TESTS, so what needs it ${mustHave ? 'fails' : 'is skipped'} (${instead})`;
}
