import type Docker from 'dockerode';
import { engineMs, within } from './docker-calls.js';
import { engineClient } from './docker-engine.js';
import { DockerImages } from './docker-images.js';
import { WarmContainers, type WarmSettings } from './docker-warm.js';

export interface DockerSettings {
  /** This relay's name, for the containers' labels. */
  readonly relay: string;
  /** `unix:///path` or `tcp://host:port`. */
  readonly dockerHost: string;
  /** A Docker `config.json` with registry credentials. */
  readonly loginFile?: string | undefined;
  /** What the engine runs beside its own platform, because it emulates it: `linux/arm64`. */
  readonly platforms?: readonly string[] | undefined;
  /** An image with a static busybox: what files of commands need beside them. */
  readonly assistantImage?: string | undefined;
  /** How containers are started ahead; without it none are. */
  readonly warm?: WarmSettings | undefined;
}

/** What is known once the engine was needed for the first time. */
export interface OpenEngine {
  readonly docker: Docker;
  readonly images: DockerImages;
  /** How many CPUs the engine has: it refuses a container that asks for more. */
  readonly cpus: number;
  readonly warm: WarmContainers | undefined;
}

/** Asks the engine what it is. `instance` is this process of the relay. @throws what it says, or that it does not answer */
export async function openEngine(settings: DockerSettings, instance: string): Promise<OpenEngine> {
  const { dockerHost, loginFile, relay, platforms = [], warm } = settings;
  const docker = await engineClient(dockerHost);
  const [{ NCPU: cpus }, { Os, Arch }] = await within(
    engineMs,
    Promise.all([docker.info() as Promise<{ NCPU: number }>, docker.version()]),
  );
  const images = new DockerImages(docker, loginFile, [`${Os}/${Arch}`, ...platforms]);
  return { docker, images, cpus, warm: warm && new WarmContainers(docker, images, relay, warm, instance) };
}
