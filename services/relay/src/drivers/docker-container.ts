import type { ContainerCreateOptions } from 'dockerode';
import { fileMounts } from './docker-file-volumes.js';
import type { Image } from './docker-images.js';
import type { Work } from './driver.js';
import { executionName } from './execution-name.js';

/** The labels by which a relay and its operator find what belongs to it. */
export const labels = {
  relay: 'dev.chasqui.relay',
  run: 'dev.chasqui.run',
  execution: 'dev.chasqui.execution',
  attempt: 'dev.chasqui.attempt',
  /** On containers that were started ahead, which have none of the three before: the process of the relay that did. */
  warm: 'dev.chasqui.warm',
  /** On the volume with what warm containers wait in: the image it came from. */
  assistant: 'dev.chasqui.assistant',
} as const;

/** Nobody: who a container runs as when its image would be root and the policy says no. */
const nobody = '65534:65534';
/** The least memory that the engine accepts for a container. */
const leastMemory = 6 * 1024 ** 2;

/**
 * The container of one execution: a name that a second one cannot have, no capabilities but those allowed, no new privileges, limits on everything, no network
 * and nothing writable but /tmp unless both the bundle asked and the policy allows.
 */
export function containerOf(
  work: Work,
  relay: string,
  image: Image,
  engineCpus: number,
): ContainerCreateOptions {
  const { executable, args, limits } = work;
  const memory = Math.max(limits.memoryBytes, leastMemory);
  const stdin = work.stdin !== undefined;
  const mounts = mountsOf(work);
  return {
    name: executionName(work),
    Image: work.image!,
    ...(executable.length > 0 && { Entrypoint: [...executable] }),
    Cmd: [...args],
    Env: Object.entries(work.env).map(([name, value]) => `${name}=${value}`),
    Tty: false,
    AttachStdin: stdin,
    OpenStdin: stdin,
    StdinOnce: stdin,
    Healthcheck: { Test: ['NONE'] },
    ...(!work.allowRoot && isRoot(image.user) && { User: nobody }),
    Labels: {
      [labels.relay]: relay,
      [labels.run]: work.runId,
      [labels.execution]: work.executionId,
      [labels.attempt]: String(work.attempt),
    },
    HostConfig: {
      CapDrop: ['ALL'],
      ...(work.capabilities && { CapAdd: [...work.capabilities] }),
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: limits.pids,
      Memory: memory,
      MemorySwap: memory,
      NanoCpus: Math.round(Math.min(Math.max(limits.cpus, 0.01), engineCpus) * 1e9),
      NetworkMode: work.network ? (work.networkName ?? 'bridge') : 'none',
      ReadonlyRootfs: !work.writableRoot,
      ...(!work.writableRoot && { Tmpfs: { '/tmp': 'rw,nosuid,nodev,size=64m,mode=1777' } }),
      // A mount, unlike a bind, does not make a folder that is missing, as root.
      ...(mounts.length > 0 && { Mounts: mounts }),
      // Kept so that a relay that was away can read it, and bounded: what is printed beyond is gone for that relay.
      LogConfig: {
        Type: 'json-file',
        Config: { 'max-size': `${Math.max(limits.outputBytes * 2, 1024 ** 2)}`, 'max-file': '2' },
      },
      AutoRemove: false,
    },
  };
}

function mountsOf(work: Work) {
  const binds = (work.mounts ?? []).map(({ source, target, readOnly }) => ({
    Type: 'bind' as const,
    Source: source,
    Target: target,
    ReadOnly: readOnly,
  }));
  return [...fileMounts(work), ...binds];
}

/** An image that names no user is root's. */
function isRoot(user: string): boolean {
  return /^(|0+|root)(:|$)/.test(user);
}
