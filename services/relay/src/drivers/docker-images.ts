import { setTimeout as delay } from 'node:timers/promises';
import type { Outcome } from '@chasqui/contracts';
import type Docker from 'dockerode';
import { within } from './docker-calls.js';
import { registryLogin, type RegistryLogin } from './registry-login.js';

/** How long a pull may take; whoever waits for it gets `image-unavailable` then. */
const pullMs = 10 * 60_000;
/** How long a registry may take to say what an image is made for. */
const askMs = 10_000;

export type NotStarted = Extract<Outcome, { kind: 'not-started' }>;

/** An image that the engine has now, with what creating a container needs to know of it. */
export interface Image {
  /** The engine's own name for it: another image under the same name has another one. */
  readonly id: string;
  readonly user: string;
  /** `NAME=value` */
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Of what its registry has under that name; of an image that came from none, of what the engine has. `sha256:…` */
  readonly digest?: string | undefined;
}

/** The engine's images; what is missing is pulled, and asked for several times at once it is pulled once. */
export class DockerImages {
  private readonly pulls = new Map<string, Promise<NotStarted | undefined>>();

  /**
   * `loginFile` is a Docker `config.json` with registry credentials; it is read anew for each pull. `platforms` are those that the engine runs;
   * without any, every image is pulled.
   */
  constructor(
    private readonly docker: Docker,
    private readonly loginFile: string | undefined,
    private readonly platforms: readonly string[] = [],
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
      const foreign = await Promise.race([pull, aborted(signal)]);
      if (foreign) return foreign;
    } catch (error) {
      return pullFault(reference, error);
    }
    return (
      (await this.inspect(reference)) ?? pullFault(reference, new Error('it was pulled, and is not there'))
    );
  }

  private begin(reference: string): Promise<NotStarted | undefined> {
    const pull = this.pull(reference).finally(() => this.pulls.delete(reference));
    this.pulls.set(reference, pull);
    return pull;
  }

  private async pull(reference: string): Promise<NotStarted | undefined> {
    const authconfig = await registryLogin(reference, this.loginFile);
    const made = await this.platformsOf(reference, authconfig);
    if (made.length > 0 && !this.platforms.some((platform) => made.includes(platform))) {
      const detail = `${reference} is made for ${made.join(', ')}, and the engine runs ${this.platforms.join(', ')}`;
      return { kind: 'not-started', code: 'image-platform', detail };
    }
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
    return undefined;
  }

  /**
   * What an image is made for, by its registry, like `linux/amd64`. An engine pulls an image of another platform as well, and it then dies with
   * words that help nobody. None where that is not to be known: the pull says then what is wrong.
   */
  private async platformsOf(reference: string, authconfig: RegistryLogin | undefined): Promise<string[]> {
    if (this.platforms.length === 0) return [];
    const asked = this.docker.getImage(reference).distribution({ authconfig });
    const told = await within(askMs, asked).catch(() => undefined);
    // Some engines answer without it.
    const made = ((told?.Platforms as { os: string; architecture: string }[] | null | undefined) ?? []).map(
      ({ os, architecture }) => `${os}/${architecture}`,
    );
    return [...new Set(made)].filter((platform) => !/unknown|^\/|\/$/.test(platform));
  }

  /** The digest of an image by its name or id; undefined where the engine does not tell. */
  async digest(reference: string): Promise<string | undefined> {
    const image = await this.inspect(reference).catch(() => undefined);
    return image?.digest;
  }

  private async inspect(reference: string): Promise<Image | undefined> {
    try {
      const found = await this.docker.getImage(reference).inspect();
      const { User, Env, Entrypoint, Cmd } = found.Config ?? {};
      return {
        id: found.Id,
        user: User ?? '',
        env: Env ?? [],
        entrypoint: [Entrypoint ?? []].flat(),
        cmd: Cmd ?? [],
        digest: digestOf(reference, found),
      };
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }
}

/** Of several that an image has, because it was pulled from several places, the one of the place that was asked for. */
export function digestOf(
  reference: string,
  { Id, RepoDigests }: { Id?: string; RepoDigests?: string[] },
): string | undefined {
  const name = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const all = RepoDigests ?? [];
  const found = all.find((one) => one.startsWith(`${name}@`)) ?? all[0];
  return found?.slice(found.indexOf('@') + 1) ?? Id;
}

/** The status of a failed pull does not tell a wrong password from a missing image or a broken engine; the message does. */
function pullFault(reference: string, error: unknown): NotStarted {
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
  const absent = /manifest( for .*)? (unknown|not found)|name unknown|repository .*not found/i.test(said);
  const fault = refused ? 'image-unauthorised' : absent ? 'image-unknown' : 'image-unavailable';
  return { kind: 'not-started', code: fault, detail };
}

function throwIfFailed(line: string): void {
  if (!line.includes('"error"')) return;
  const { error } = JSON.parse(line) as { error?: string };
  if (error) throw new Error(error);
}

async function aborted(signal: AbortSignal): Promise<'aborted'> {
  await delay(2 ** 31 - 1, undefined, { signal, ref: false }).catch(() => undefined);
  return 'aborted';
}
