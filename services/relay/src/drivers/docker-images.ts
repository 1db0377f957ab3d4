import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@chasqui/contracts';
import type Docker from 'dockerode';
import { registryLogin } from './registry-login.js';

/** How long a pull may take; whoever waits for it gets `image-unavailable` then. */
const pullMs = 10 * 60_000;

export type NotStarted = Extract<Outcome, { kind: 'not-started' }>;

/** An image that the engine has now, with what creating a container needs to know of it. */
export interface Image {
  readonly user: string;
}

/** The engine's images; what is missing is pulled, and asked for several times at once it is pulled once. */
export class DockerImages {
  private readonly pulls = new Map<string, Promise<void>>();

  /** `loginFile` is a Docker `config.json` with registry credentials; it is read anew for each pull. */
  constructor(
    private readonly docker: Docker,
    private readonly loginFile: string | undefined,
  ) {}

  /** Throws what the engine throws when it is away. */
  async ensure(reference: string, signal: AbortSignal): Promise<Image | NotStarted | 'aborted'> {
    if (!/^[A-Za-z0-9][A-Za-z0-9._/:@-]*$/.test(reference) || reference.includes('..')) {
      return {
        kind: 'not-started',
        code: 'image-unavailable',
        detail: `"${reference}" is not the name of an image`,
      };
    }
    const here = await this.inspect(reference);
    if (here) return here;
    const pull = this.pulls.get(reference) ?? this.begin(reference);
    try {
      // Whoever no longer waits leaves the pull to the others.
      if (await Promise.race([pull.then(() => false), aborted(signal)])) return 'aborted';
    } catch (error) {
      return pullFault(reference, error);
    }
    return (
      (await this.inspect(reference)) ?? pullFault(reference, new Error('it was pulled, and is not there'))
    );
  }

  private begin(reference: string): Promise<void> {
    const pull = this.pull(reference).finally(() => this.pulls.delete(reference));
    this.pulls.set(reference, pull);
    return pull;
  }

  private async pull(reference: string): Promise<void> {
    const authconfig = await registryLogin(reference, this.loginFile);
    const deadline = AbortSignal.timeout(pullMs);
    const events = await this.docker.pull(reference, {
      abortSignal: deadline,
      ...(authconfig && { authconfig }),
    });
    // An engine that fails half way says so in an event of a stream that ends well.
    let rest = '';
    for await (const part of events) {
      const lines = (rest + String(part)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) throwIfFailed(line);
    }
    throwIfFailed(rest);
  }

  private async inspect(reference: string): Promise<Image | undefined> {
    try {
      const found = await this.docker.getImage(reference).inspect();
      return { user: found.Config?.User ?? '' };
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }
}

/** The status of a failed pull does not tell a wrong password from a broken engine; the message does. */
export function pullFault(reference: string, error: unknown): NotStarted {
  const { code, message, name } = error as NodeJS.ErrnoException;
  const said = message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
  const detail =
    name === 'AbortError'
      ? `pulling ${reference} took more than ${pullMs / 60_000} minutes`
      : `${reference}: ${said}`;
  if (code && ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EACCES', 'EPIPE'].includes(code)) {
    return { kind: 'not-started', code: 'engine-unavailable', detail };
  }
  const refused =
    /unauthori[sz]ed|authentication required|no basic auth|denied|incorrect username|forbidden/i.test(said);
  return { kind: 'not-started', code: refused ? 'image-unauthorised' : 'image-unavailable', detail };
}

function throwIfFailed(line: string): void {
  if (!line.includes('"error"')) return;
  const { error } = JSON.parse(line) as { error?: string };
  if (error) throw new Error(error);
}

async function aborted(signal: AbortSignal): Promise<true> {
  await delay(2 ** 31 - 1, undefined, { signal, ref: false }).catch(() => undefined);
  return true;
}
