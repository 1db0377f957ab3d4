import { z } from 'zod';
import { RegistryAway } from './ask-registry.js';
import { readReference, type ImageReference } from './image-reference.js';
import { ImageRepository } from './image-repository.js';
import { registryLogin } from './registry-login.js';

/** What an image runs where nobody names a program, and under which name just this image is had. */
export interface ImageProgram {
  /** The image's name, with its digest. */
  readonly pinned: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}

export interface ImageProgramsSettings {
  /** A Docker `config.json` with registry logins; read anew each time. */
  readonly loginFile?: string | undefined;
  /** Of the nodes that may run it, as Kubernetes and images name it; without it, any. */
  readonly architecture?: string | undefined;
}

type Words = Pick<ImageProgram, 'entrypoint' | 'cmd'>;

/** How long a registry is given, in milliseconds: somebody waits for a command. */
const askMs = 10_000;
/** How long one that did not answer is left alone. */
const awayMs = 60_000;
/** How many digests are remembered. */
const mostKnown = 500;

/**
 * What images run by themselves, asked of their registries: a cluster tells it nobody. What was read under a digest is remembered, and
 * stays true. An image for several platforms is told of only where all of them run the same, because which one runs is the node's choice.
 */
export class ImagePrograms {
  /** By digest. */
  private readonly known = new Map<string, Words>();
  private readonly away = new Map<string, { readonly until: number; readonly why: string }>();

  constructor(private readonly settings: ImageProgramsSettings) {}

  /** Never throws. */
  async of(image: string, signal: AbortSignal): Promise<ImageProgram | { readonly why: string }> {
    const reference = readReference(image);
    if (!reference) return { why: `"${image}" is not the name of an image` };
    const known = this.known.get(reference.version);
    if (known) return { pinned: image, ...known };
    const away = this.away.get(reference.host);
    if (away && Date.now() < away.until) return { why: away.why };
    try {
      return await this.ask(image, reference, AbortSignal.any([signal, AbortSignal.timeout(askMs)]));
    } catch (error) {
      const why = (error as Error).message;
      if (error instanceof RegistryAway && !signal.aborted)
        this.away.set(reference.host, { until: Date.now() + awayMs, why });
      return { why };
    }
  }

  private async ask(image: string, reference: ImageReference, signal: AbortSignal): Promise<ImageProgram> {
    const isPinned = reference.version.startsWith('sha256:');
    const login = await registryLogin(image, this.settings.loginFile);
    const repository = new ImageRepository(reference, login, signal);
    const digest = isPinned ? reference.version : await repository.digest();
    const words = this.known.get(digest) ?? same(await this.read(repository, digest));
    this.remember(digest, words);
    return { pinned: isPinned ? image : `${image}@${digest}`, ...words };
  }

  /** Of each platform that may be meant. An index may name indexes. */
  private async read(repository: ImageRepository, digest: string, depth = 0): Promise<Words[]> {
    const manifest = Manifest.safeParse(await repository.manifest(digest)).data;
    if (!manifest || depth > 2) throw new Error('its registry describes it in no way that is known');
    if ('config' in manifest) {
      const config = Config.safeParse(await repository.config(manifest.config.digest)).data;
      if (!config) throw new Error('its configuration is none that is known');
      return [{ entrypoint: config.config?.Entrypoint ?? [], cmd: config.config?.Cmd ?? [] }];
    }
    const { architecture } = this.settings;
    const meant = manifest.manifests.filter(({ platform }) => {
      if (!platform) return true;
      // Signatures and the like stand there as an unknown platform.
      return platform.os === 'linux' && (architecture ?? platform.architecture) === platform.architecture;
    });
    if (meant.length === 0)
      throw new Error(`it is not made for linux${architecture ? `/${architecture}` : ''}`);
    const read = await Promise.all(meant.map((one) => this.read(repository, one.digest, depth + 1)));
    return read.flat();
  }

  private remember(digest: string, words: Words): void {
    this.known.delete(digest);
    this.known.set(digest, words);
    if (this.known.size > mostKnown) this.known.delete(this.known.keys().next().value!);
  }
}

function same(all: readonly Words[]): Words {
  const [first, ...others] = all;
  if (first && others.every((one) => JSON.stringify(one) === JSON.stringify(first))) return first;
  throw new Error(
    'it runs something else on each of its platforms, and no node selector names kubernetes.io/arch',
  );
}

/** An index or a manifest, of the OCI or Docker's own, as far as it is read. */
const Manifest = z.union([
  z.object({ config: z.object({ digest: z.string() }) }),
  z.object({
    manifests: z.array(
      z.object({
        digest: z.string(),
        platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
      }),
    ),
  }),
]);

const words = z.array(z.string()).nullish();
const Config = z.object({ config: z.object({ Entrypoint: words, Cmd: words }).nullish() });
