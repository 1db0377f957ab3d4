import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startCluster, whyNoCluster, whyNoRegistry, type Cluster } from '@chasqui/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driverContract, Onlooker } from './driver.contract.js';
import type { Driver, Work } from './driver.js';
import { jobName, selectorOf } from './kubernetes-names.js';
import { kubernetesDriver, type KubernetesSettings } from './kubernetes-driver.js';
import { registryFor, type ClusterRegistry } from './registry-for.fixture.js';
import { workOf } from './work.fixture.js';

const run = promisify(execFile);
const lacking = whyNoCluster() ?? whyNoRegistry();
if (lacking) console.log(`NO KUBERNETES FOR TESTS, so what needs it is skipped (${lacking})`);

describe.skipIf(lacking)('on a real cluster (optional)', { timeout: 45_000 }, () => {
  let cluster: Cluster;
  let registry: ClusterRegistry;
  let driver: Driver;
  const never = new AbortController().signal;
  beforeAll(async () => {
    cluster = await startCluster();
    registry = await registryFor(cluster, kubectl);
    driver = driverWith();
  }, 120_000);
  afterAll(async () => {
    await registry?.close();
    await cluster?.stop();
  }, 60_000);

  const driverWith = (over: Partial<KubernetesSettings> = {}) =>
    kubernetesDriver({
      relay: 'k8s-1',
      kubeconfig: cluster.kubeconfig,
      assistantImage: cluster.busybox,
      pullSecrets: [registry.pullSecret],
      loginFile: registry.loginFile,
      nodeSelector: {},
      ...over,
    });
  const work = (script: string, over: Partial<Work> = {}) =>
    workOf({
      image: cluster.busybox,
      executable: ['sh', '-c', script],
      stopGraceMs: 1_000,
      ...over,
    });
  const kubectl = async (...words: string[]) =>
    (await run(cluster.kubectl, ['--kubeconfig', cluster.kubeconfig, ...words])).stdout;

  driverContract(
    'kubernetes',
    () => ({
      driver,
      work,
      missing: () => work('', { executable: ['/bin/no-such-program'] }),
      printer: ['sh', '-c', 'for word; do printf "%s\\0" "$word"; done', 'printer'],
      remains: async (of) => {
        for (let left = 60; ; left--) {
          const names = await kubectl('get', 'jobs,pods,secrets', '-l', selectorOf(of), '-o', 'name');
          const count = names.trim() === '' ? 0 : names.trim().split('\n').length;
          if (count === 0 || left === 0) return count;
          await new Promise((resolve) => setTimeout(resolve, 250));
        }
      },
    }),
    (entrypoint, cmd) => registry.imageOf(entrypoint, cmd),
  );

  it('gives nothing away to the command, and shows its environment to nobody who may look at pods', async () => {
    const one = work('id -u; touch /x 2>&1; ls /var/run/secrets 2>&1; cat /proc/1/status | grep -i ^cap', {
      env: { SECRET: 'llama' },
    });
    const seen = new Onlooker();
    expect(await driver.run(one, seen, never)).toMatchObject({ kind: 'exited' });
    expect(seen.stdout).toMatch(/^65534\n/);
    expect(seen.stdout).toMatch(/Read-only file system/);
    expect(seen.stdout).toMatch(/CapEff:\t0+\n/);
    expect(seen.stdout).not.toContain('serviceaccount');
    expect(await kubectl('get', 'pods,jobs', '-l', selectorOf(one), '-o', 'yaml')).not.toContain('llama');
    await driver.forget(one);
  });

  it('says why an image cannot be had', async () => {
    const one = work('true', { image: 'localhost/no-such-image:1' });
    const outcome = await driver.run(one, new Onlooker(), never);
    expect(outcome).toMatchObject({ kind: 'not-started', code: 'image-unavailable' });
    expect((outcome as { detail: string }).detail).toContain('no-such-image');
    await driver.forget(one);
  });

  it('says why the cluster makes no pod of it', async () => {
    await kubectl('create', 'namespace', 'full');
    await kubectl('create', 'quota', 'none', '--hard=pods=0', '-n', 'full');
    const full = driverWith({ namespace: 'full' });
    const one = work('true');
    const outcome = await full.run(one, new Onlooker(), never);
    expect(outcome).toMatchObject({ kind: 'not-started', code: 'engine-unavailable' });
    expect((outcome as { detail: string }).detail).toMatch(/exceeded quota: none/);
    await full.forget(one);
  });

  it('says why no node takes it', async () => {
    const picky = driverWith({ nodeSelector: { disk: 'ssd' }, startWithinMs: 4_000 });
    const one = work('true');
    const outcome = await picky.run(one, new Onlooker(), never);
    expect((outcome as { detail: string }).detail).toMatch(
      /no node takes it: .*didn't match Pod's node affinity/,
    );
    await picky.forget(one);
  });

  it('tells running out of memory from any other end', async () => {
    const one = work('head -c 100000000 /dev/zero | tail', {
      limits: { ...workOf().limits, memoryBytes: 16e6 },
    });
    expect((await driver.run(one, new Onlooker(), never)).kind).toBe('out-of-memory');
    await driver.forget(one);
  });

  it('adopts what runs, reads its output anew, and starts nothing a second time', async () => {
    const one = work('echo before; sleep 4; echo after; exit 5');
    const first = new Onlooker();
    const left = new AbortController();
    const running = driver.run(one, first, left.signal);
    await first.sees('before');
    const second = new Onlooker();
    const outcome = await driverWith().adopt(one, jobName(one), second, never);
    expect([outcome, second.stdout]).toEqual([{ kind: 'exited', exitCode: 5 }, 'before\nafter\n']);
    await running;
    const again = new Onlooker();
    expect(await driverWith().run(one, again, never)).toEqual({ kind: 'exited', exitCode: 5 });
    expect(await kubectl('get', 'pods', '-l', selectorOf(one), '-o', 'name')).toMatch(/^pod\/[^\n]+\n$/);
    await driver.forget(one);
  });

  it('lets a command end in its own way when it is stopped', async () => {
    const stop = new AbortController();
    const seen = new Onlooker();
    const one = work(`trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done`, {
      stopGraceMs: 20_000,
    });
    const running = driver.run(one, seen, stop.signal);
    await seen.sees('ready');
    stop.abort();
    expect(await running).toEqual({ kind: 'cancelled' });
    expect(seen.stdout).toBe('ready\nbye\n');
    await driver.forget(one);
  });

  it('pins an image to what was looked at, and says of its own program that it is not there', async () => {
    const image = await registry.imageOf(['/no-such-program'], []);
    const one = workOf({ image });
    expect(await driver.run(one, new Onlooker(), never)).toEqual({
      kind: 'not-started',
      code: 'executable-missing',
      detail: '/no-such-program is not in the image, or not executable',
    });
    const pod = await kubectl('get', 'pods', '-l', selectorOf(one), '-o', 'yaml');
    expect(pod).toMatch(new RegExp(`image: ${image}@sha256:[0-9a-f]{64}\n`));
    await driver.forget(one);
  });

  it('runs what its registry does not tell as it is, and says why its streams are one', async () => {
    const words = ['sh', '-c', 'echo out; echo err >&2; exit 4'];
    const one = workOf({ image: cluster.busybox, args: words });
    const note =
      'chasqui: what this image runs by itself could not be looked up (localhost cannot be asked: ECONNREFUSED), so what it prints on stderr ' +
      'stands in stdout, and nothing tells whether all of it came; its bundle can name its executable\n';
    const seen = new Onlooker();
    expect(await driver.run(one, seen, never)).toEqual({ kind: 'exited', exitCode: 4 });
    expect(seen).toMatchObject({ stdout: 'out\nerr\n', stderr: note, missing: undefined });
    const second = new Onlooker();
    expect(await driverWith().adopt(one, jobName(one), second, never)).toEqual({
      kind: 'exited',
      exitCode: 4,
    });
    expect(second).toMatchObject({ stdout: 'out\nerr\n', stderr: note });
    await driver.forget(one);
    const filesOut = { path: '/files/out', count: 1, fileBytes: 1, allBytes: 1 };
    const other = workOf({ image: cluster.busybox, args: words, filesOut });
    expect(await driver.run(other, new Onlooker(), never)).toEqual({
      kind: 'not-started',
      code: 'entrypoint-unknown',
      detail: `${cluster.busybox}: localhost cannot be asked: ECONNREFUSED`,
    });
    expect(await kubectl('get', 'jobs', '-l', selectorOf(other), '-o', 'name')).toBe('');
  });
});
