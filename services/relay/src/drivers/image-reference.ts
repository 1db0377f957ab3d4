import { registryOf } from './registry-login.js';

/** Where an image is asked for, by the names of the OCI distribution specification. */
export interface ImageReference {
  /** `host` or `host:port` of its registry. */
  readonly host: string;
  readonly repository: string;
  /** A tag, or a digest. */
  readonly version: string;
}

/** Docker Hub answers under another name than its images have. */
const hub = { host: 'registry-1.docker.io', names: ['docker.io', 'index.docker.io'] };

/** What an image's name stands for: `busybox` for the tag `latest` of `library/busybox` at Docker Hub; undefined for what is no name of an image. */
export function readReference(text: string): ImageReference | undefined {
  const registry = registryOf(text);
  const rest = text.startsWith(`${registry}/`) ? text.slice(registry.length + 1) : text;
  const [, path, tag, digest] = parts.exec(rest) ?? [];
  if (path === undefined || !/^[\w.[\]:-]+$/.test(registry)) return undefined;
  const version = digest ?? tag ?? 'latest';
  if (!hub.names.includes(registry)) return { host: registry, repository: path, version };
  return { host: hub.host, repository: path.includes('/') ? path : `library/${path}`, version };
}

const word = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const parts = new RegExp(`^(${word}(?:/${word})*)(?::(\\w[\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`);
