import { readFile } from 'node:fs/promises';

/** What the engine passes on to a registry. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  readonly serveraddress: string;
}

/**
 * The credentials for an image's registry from a Docker `config.json`, or undefined where it has none (the pull is then anonymous). Only
 * `auths` with `auth` is read; credential helpers are programs, and a relay starts none but those of its policy. Throws if the file is
 * there and cannot be read.
 */
export async function registryLogin(
  reference: string,
  file: string | undefined,
): Promise<RegistryLogin | undefined> {
  const auths = await readAuths(file);
  const registry = registryOf(reference);
  const names =
    registry === 'docker.io'
      ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io']
      : [registry, `https://${registry}`, `http://${registry}`];
  const auth = names.map((name) => auths[name]?.auth).find((text) => text !== undefined);
  if (auth === undefined) return undefined;
  const [username, ...password] = Buffer.from(auth, 'base64').toString().split(':');
  return { username: username!, password: password.join(':'), serveraddress: names[0]! };
}

/** `ghcr.io` of `ghcr.io/org/app:1`; a first part that cannot be a host means Docker Hub. */
export function registryOf(reference: string): string {
  const [first, ...rest] = reference.split('/');
  return rest.length > 0 && (/[.:A-Z]/.test(first!) || first === 'localhost') ? first! : 'docker.io';
}

async function readAuths(file: string | undefined): Promise<Record<string, { auth?: string } | undefined>> {
  if (!file) return {};
  try {
    const read = JSON.parse(await readFile(file, 'utf8')) as { auths?: Record<string, { auth?: string }> };
    return read.auths ?? {};
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`the registry logins in ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
