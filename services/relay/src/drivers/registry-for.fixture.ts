import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { busyboxArchive, pushImage, startRegistry, wayInto, type Cluster } from '@chasqui/testbed';
import type { ImageOf } from './image.contract.js';

export interface ClusterRegistry {
  /** A Docker `config.json` with its login, and the secret of the default namespace that has the same. */
  readonly loginFile: string;
  readonly pullSecret: string;
  /** Puts a busybox there that runs this by itself. */
  readonly imageOf: ImageOf;
  close(): Promise<void>;
}

/** A registry with a login that the node of a cluster and we reach under the same name. */
export async function registryFor(
  cluster: Cluster,
  kubectl: (...words: string[]) => Promise<string>,
): Promise<ClusterRegistry> {
  const registry = await startRegistry(cluster);
  if ('unavailable' in registry) throw new Error(registry.unavailable);
  const { address, username, password } = registry;
  const way = await wayInto(cluster.namespaceOf, Number(address.split(':')[1]));
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-logins-'));
  const loginFile = join(folder, 'config.json');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  writeFileSync(loginFile, JSON.stringify({ auths: { [address]: { auth } } }), { mode: 0o600 });
  const pullSecret = 'registry';
  await kubectl(
    'create',
    'secret',
    'docker-registry',
    pullSecret,
    `--from-file=.dockerconfigjson=${loginFile}`,
  );
  let pushed = 0;
  return {
    loginFile,
    pullSecret,
    imageOf: async (entrypoint, cmd) => {
      const config = { Entrypoint: entrypoint, Cmd: cmd, Env: ['PATH=/bin'], WorkingDir: '/tmp' };
      const name = `ops/program:${(pushed += 1)}`;
      await pushImage(registry, name, { config, layer: busyboxArchive() });
      return `${address}/${name}`;
    },
    close: async () => {
      await way.close();
      await registry.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
