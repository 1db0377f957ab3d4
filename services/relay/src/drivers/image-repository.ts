import { createHash } from 'node:crypto';
import { askRegistry, RegistryAway, type RegistryAnswer } from './ask-registry.js';
import type { ImageReference } from './image-reference.js';
import { readChallenge } from './registry-challenge.js';
import type { RegistryLogin } from './registry-login.js';

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Registries keep blobs elsewhere, and send there; not in circles. */
const mostRedirects = 4;

/**
 * One repository of a registry, read as the OCI distribution specification has it. What it gives is what its digest says, or nothing. Each
 * of these throws an error whose message says why it cannot be had, `RegistryAway` where the registry does not answer.
 */
export class ImageRepository {
  private readonly root: URL;
  private authorization: string | undefined;

  constructor(
    private readonly reference: ImageReference,
    private readonly login: RegistryLogin | undefined,
    private readonly signal: AbortSignal,
  ) {
    const { host, repository } = reference;
    // As container engines do: only this machine is asked in plain text.
    const isHere = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/.test(host);
    this.root = new URL(`${isHere ? 'http' : 'https'}://${host}/v2/${repository}/`);
  }

  /** What the reference's tag stands for now. Told from the head alone where the registry says it there: reading a manifest counts as a pull. */
  async digest(): Promise<string> {
    const path = `manifests/${this.reference.version}`;
    const told = await this.ask(path, 'HEAD');
    const digest = told.headers['docker-content-digest'];
    if (typeof digest === 'string' && isDigest(digest)) return digest;
    return digestOf((await this.ask(path)).body);
  }

  /** A manifest or an index, as JSON. */
  manifest(digest: string): Promise<unknown> {
    return this.read('manifests', digest);
  }

  /** An image's configuration, as JSON. */
  config(digest: string): Promise<unknown> {
    return this.read('blobs', digest);
  }

  private async read(kind: 'manifests' | 'blobs', digest: string): Promise<unknown> {
    if (!isDigest(digest)) throw new Error(`${this.root.host} names a digest of an unknown kind`);
    const { body } = await this.ask(`${kind}/${digest}`);
    if (digestOf(body) !== digest) throw new Error(`${this.root.host} gives something else than ${digest}`);
    try {
      return JSON.parse(body.toString()) as unknown;
    } catch {
      throw new Error(`${this.root.host} describes the image in no way that is known`);
    }
  }

  private async ask(path: string, method: 'GET' | 'HEAD' = 'GET'): Promise<RegistryAnswer> {
    const url = new URL(path, this.root);
    let answer = await this.askAt(url, method);
    if (answer.status === 401 && this.authorization === undefined) {
      this.authorization = await this.authorize(answer.headers['www-authenticate']);
      answer = await this.askAt(url, method);
    }
    if (answer.status === 200) return answer;
    throw faultOf(url.host, answer.status, this.login !== undefined);
  }

  private async askAt(start: URL, method: 'GET' | 'HEAD'): Promise<RegistryAnswer> {
    let url = start;
    for (let times = 0; ; times += 1) {
      // Where it sends us to is not given our login.
      const login = url.origin === this.root.origin ? this.authorization : undefined;
      const headers = { accept: manifestTypes, ...(login !== undefined && { authorization: login }) };
      const answer = await askRegistry(url, method, headers, this.signal);
      const { location } = answer.headers;
      if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
      if (times === mostRedirects) throw new Error(`${start.host} sends us in circles`);
      url = this.safe(location, url);
    }
  }

  /** What goes into `Authorization`. */
  private async authorize(header: string | undefined): Promise<string> {
    const { host, repository } = this.reference;
    const challenge = readChallenge(header);
    const basic =
      this.login &&
      `Basic ${Buffer.from(`${this.login.username}:${this.login.password}`).toString('base64')}`;
    if (challenge?.scheme !== 'bearer') {
      if (challenge && basic !== undefined) return basic;
      throw faultOf(host, 401, this.login !== undefined);
    }
    const realm = this.safe(challenge.realm);
    if (challenge.service !== undefined) realm.searchParams.set('service', challenge.service);
    realm.searchParams.set('scope', challenge.scope ?? `repository:${repository}:pull`);
    const headers: Record<string, string> = basic === undefined ? {} : { authorization: basic };
    const { status, body } = await askRegistry(realm, 'GET', headers, this.signal);
    if (status !== 200) throw faultOf(host, status, this.login !== undefined);
    const token = tokenIn(body);
    if (token === undefined) throw new Error(`${realm.host} gives no token for ${host}`);
    return `Bearer ${token}`;
  }

  /** A place that a registry names; one that is asked in confidence sends us nowhere else. */
  private safe(place: string, from?: URL): URL {
    const url = URL.parse(place, from?.href);
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && this.root.protocol === 'http:'))
      return url;
    throw new Error(`${this.root.host} sends us where nothing is asked safely`);
  }
}

function faultOf(host: string, status: number, hasLogin: boolean): Error {
  if (status === 401 || status === 403) {
    const why = hasLogin
      ? 'does not let the login of this relay read it'
      : 'wants a login, and this relay has none';
    return new Error(`${host} ${why}`);
  }
  if (status === 404) return new Error(`${host} does not have it`);
  if (status === 429) return new RegistryAway(`${host} was asked too often`);
  const said = `${host} answers with status ${status}`;
  return status >= 500 ? new RegistryAway(said) : new Error(said);
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const { token, access_token: other } = JSON.parse(body.toString()) as Record<string, unknown>;
    const given = token ?? other;
    // It goes into a header.
    return typeof given === 'string' && /^[\x21-\x7e]+$/.test(given) ? given : undefined;
  } catch {
    return undefined;
  }
}

function isDigest(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
