import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kubernetesDriver } from '@chasqui/relay/drivers/kubernetes-driver';
import { startCluster, whyNoCluster, type Cluster } from '@chasqui/testbed';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { describeWith } from './with-tools.js';

const run = promisify(execFile);
const lacking = whyNoCluster();

if (lacking) {
  console.log(`NO KUBERNETES FOR TESTS, so what needs it is skipped (${lacking})`);
  it.skip(`optional: the chart of the relay on a real cluster: ${lacking}`);
} else {
  describeWith(['helm'], 'the chart of the relay on a real cluster', (helm) => {
    let cluster: Cluster;
    let folder: string;
    const kubectl = async (...words: string[]) =>
      (await run(cluster.kubectl, ['--kubeconfig', cluster.kubeconfig, ...words])).stdout;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'chq-chart-'));
      cluster = await startCluster();
    }, 120_000);
    afterAll(async () => {
      await cluster?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    it('gives the driver the rights it needs, and no others', { timeout: 120_000 }, async () => {
      const { output } = helm(
        'template',
        'fra-1',
        'deploy/helm/chasqui-relay',
        '--namespace=relays',
        '--set=kubernetes.enabled=true,kubernetes.namespace=commands',
      );
      const file = join(folder, 'chart.yaml');
      writeFileSync(file, output);
      await kubectl('create', 'namespace', 'relays');
      await kubectl('create', 'namespace', 'commands');
      await kubectl('config', 'set-context', '--current', '--namespace=relays');
      await kubectl('apply', '-f', file);
      const account = /serviceAccountName: (\S+)/.exec(output)![1]!;
      const token = (await kubectl('create', 'token', account, '--namespace=relays')).trim();
      const kubeconfig = join(folder, 'kubeconfig');
      const admin = parse(readFileSync(cluster.kubeconfig, 'utf8')) as { users: unknown };
      const users = [{ name: 'me', user: { token } }];
      writeFileSync(kubeconfig, JSON.stringify({ ...admin, users }), { mode: 0o600 });

      const driver = kubernetesDriver({
        relay: 'fra-1',
        kubeconfig,
        namespace: 'commands',
        assistantImage: cluster.busybox,
        pullSecrets: [],
        nodeSelector: {},
      });
      expect(await driver.available()).toBe(true);
      const printed: string[] = [];
      const work = {
        runId: 'r1',
        executionId: 'e1',
        attempt: 1,
        image: cluster.busybox,
        executable: ['sh', '-c', 'cat; echo "$WORD" >&2; exit 3'],
        args: [],
        env: { WORD: 'llama' },
        stdin: 'alpaca\n',
        limits: { memoryBytes: 64e6, cpus: 1, pids: 64, outputBytes: 1e6 },
        network: false,
        writableRoot: false,
        allowRoot: false,
      };
      const watch = {
        started: () => undefined,
        write: (stream: string, bytes: Buffer) => void printed.push(`${stream} ${bytes.toString()}`),
      };
      const outcome = await driver.run(work, watch, new AbortController().signal);
      expect(outcome).toEqual({ kind: 'exited', exitCode: 3 });
      expect(printed.toSorted()).toEqual(['stderr llama\n', 'stdout alpaca\n']);
      await driver.forget(work);
      expect(await kubectl('get', 'jobs,secrets', '-n', 'commands', '-o', 'name')).toBe('');

      const may = async (...words: string[]) => {
        const as = `--as=system:serviceaccount:relays:${account}`;
        const { stdout } = await run(cluster.kubectl, [
          '--kubeconfig',
          cluster.kubeconfig,
          'auth',
          'can-i',
          ...words,
          as,
        ]).catch((error: { stdout: string }) => error);
        return stdout.trim();
      };
      expect(await may('create', 'jobs', '-n', 'commands')).toBe('yes');
      expect(await may('get', 'secrets', '-n', 'commands')).toBe('no');
      expect(await may('list', 'secrets', '-n', 'commands')).toBe('no');
      expect(await may('create', 'pods/exec', '-n', 'commands')).toBe('no');
      expect(await may('create', 'jobs', '-n', 'relays')).toBe('no');
      expect(await may('list', 'pods', '-n', 'kube-system')).toBe('no');
    });
  });
}
