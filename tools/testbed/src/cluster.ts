import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A real Kubernetes cluster of one node. */
export interface Cluster {
  /** A kubeconfig of its administrator that works from this process. */
  readonly kubeconfig: string;
  /** The program that speaks with it, of the same version. */
  readonly kubectl: string;
  /** The process whose network namespace its node lives in. */
  readonly namespaceOf: number;
  /** An image of a static busybox that its node has. */
  readonly busybox: string;
  stop(): Promise<void>;
}

/** The programs that are in the folder where `kubernetes/build.sh` puts them. */
const programs = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
];
/** Of the root of the repository; the version is in its name so that another one is built anew. */
const cached = '.cache/kubernetes-1.36.3/bin';

/** Why there can be no cluster here; undefined where there can. */
export function whyNoCluster(): string | undefined {
  if (process.getuid?.() !== 0) return 'it takes root';
  const lacking = ['containerd', 'ctr', 'runc', 'openssl', 'ip'].filter((name) => !installed(name));
  if (lacking.length > 0) return `not installed: ${lacking.join(', ')}`;
  if (!existsSync('/usr/lib/cni/bridge')) return 'not installed: containernetworking-plugins';
  const missing = programs.filter((name) => !existsSync(join(binaries, name)));
  if (missing.length > 0)
    return `${missing.join(', ')} not built; tools/testbed/src/kubernetes/build.sh ${cached} does that`;
  return undefined;
}

/**
 * Starts a cluster in network and mount namespaces of its own, in about half a minute; it takes everything with it when it stops, and dies
 * with us. Throws with the reason where it does not come up.
 */
export async function startCluster(): Promise<Cluster> {
  // Socket paths end at 108 bytes, so the folder stays directly under the temp folder.
  const home = mkdtempSync(join(tmpdir(), 'chq-k8s-'));
  const script = fileURLToPath(new URL('../src/kubernetes/cluster.sh', import.meta.url));
  const child = spawn(
    'unshare',
    ['--net', '--mount', '--propagation', 'private', '--', 'bash', script, home, binaries],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const said: string[] = [];
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => resolve()).once('error', () => resolve()),
  );
  const ready = once(createInterface({ input: child.stdout }), 'line').then(() => true);
  if (!(await Promise.race([ready, ended.then(() => false)]))) {
    rmSync(home, { recursive: true, force: true });
    throw new Error(`the cluster did not start: ${said.join('').trim().slice(-1000)}`);
  }
  const door = createServer((near) => {
    const far = connect(join(home, 'api.sock'));
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  const kubeconfig = join(home, 'kubeconfig');
  const inside = readFileSync(join(home, 'pki/admin.conf'), 'utf8');
  writeFileSync(kubeconfig, inside.replace(/https:\/\/[\d.]+:6443/, `https://127.0.0.1:${port}`), {
    mode: 0o600,
  });
  return {
    kubeconfig,
    kubectl: join(binaries, 'kubectl'),
    namespaceOf: child.pid!,
    busybox: 'localhost/busybox:1',
    stop: async () => {
      door.close();
      child.stdin.end();
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

const binaries = fileURLToPath(new URL(`../../../${cached}`, import.meta.url));

function installed(name: string): boolean {
  return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) =>
    existsSync(join(folder, name)),
  );
}
