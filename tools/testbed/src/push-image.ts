import { createHash } from 'node:crypto';
import type { Registry } from './registry.js';

export interface ImageToPush {
  /** What an image's configuration says of its containers: `Entrypoint`, `Cmd`, `Env`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Default `linux/amd64`. */
  readonly platform?: string;
  /** A tar archive, all that the image has. Default an empty one. */
  readonly layer?: Buffer;
}

/** Puts an image under that name into a registry, by its own protocol; several as one for several platforms. Returns the digest that the name stands for then. */
export async function pushImage(
  registry: Pick<Registry, 'address' | 'username' | 'password'>,
  name: string,
  images: ImageToPush | readonly ImageToPush[],
): Promise<string> {
  const [repository, tag] = name.split(':') as [string, string];
  const ask = askerOf(registry, repository);
  const pushed = [];
  for (const image of [images].flat()) pushed.push(await pushOne(ask, image));
  if (!Array.isArray(images)) return putManifest(ask, tag, pushed[0]!.manifest);
  const manifests = await Promise.all(
    pushed.map(async ({ manifest, platform: [os, architecture] }) => ({
      ...described(manifestType, Buffer.from(JSON.stringify(manifest))),
      digest: await putManifest(ask, undefined, manifest),
      platform: { os, architecture },
    })),
  );
  return putManifest(ask, tag, { schemaVersion: 2, mediaType: indexType, manifests });
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';

type Ask = (method: string, path: string, body?: Buffer, type?: string) => Promise<Response>;

function askerOf(
  { address, username, password }: Pick<Registry, 'address' | 'username' | 'password'>,
  repository: string,
): Ask {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  return async (method, path, body, type = 'application/octet-stream') => {
    const url = new URL(path, `http://${address}/v2/${repository}/`);
    const headers = { authorization, ...(body && { 'content-type': type }) };
    const answer = await fetch(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
    if (!answer.ok) throw new Error(`${method} ${url.pathname}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
}

async function pushOne(
  ask: Ask,
  { config = {}, platform = 'linux/amd64', layer = Buffer.alloc(1024) }: ImageToPush,
) {
  const [os, architecture] = platform.split('/') as [string, string];
  const written = Buffer.from(
    JSON.stringify({ os, architecture, config, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }),
  );
  for (const blob of [written, layer]) {
    const begun = await ask('POST', 'blobs/uploads/');
    const at = new URL(begun.headers.get('location')!, begun.url);
    at.searchParams.set('digest', digestOf(blob));
    await ask('PUT', at.href, blob);
  }
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: described('application/vnd.oci.image.config.v1+json', written),
    layers: [described('application/vnd.oci.image.layer.v1.tar', layer)],
  };
  return { manifest, platform: [os, architecture] };
}

async function putManifest(
  ask: Ask,
  tag: string | undefined,
  manifest: { readonly mediaType: string; readonly [key: string]: unknown },
): Promise<string> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  await ask('PUT', `manifests/${tag ?? digestOf(bytes)}`, bytes, manifest.mediaType);
  return digestOf(bytes);
}

function described(mediaType: string, bytes: Buffer) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
