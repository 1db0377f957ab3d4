import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEngine, type Engine } from '@chasqui/testbed';
import { describeWith, root } from './with-tools.js';

const minutes = 60_000;

describeWith(['docker-compose', 'debootstrap', 'slirp4netns', 'mvn'], 'the whole stack', () => {
  let engine: Engine | { unavailable: string };

  beforeAll(async () => {
    engine = await startEngine();
  });

  afterAll(async () => {
    if ('stop' in engine) await engine.stop();
  });

  it(
    'comes up from docker-compose.yml, runs a command on the relay whose tag was asked for, and leaves nothing behind',
    async ({ skip, signal }) => {
      if ('unavailable' in engine) {
        if (process.env.CI === 'true') throw new Error(engine.unavailable);
        return skip(engine.unavailable);
      }
      const { status, stdout, stderr } = await runStackTest(engine, signal);
      expect(status, stderr).toBe(0);
      const said = Object.fromEntries(
        [...stdout.matchAll(/^(.+?): (.*)$/gm)].map(([, what, answer]) => [what, answer]),
      );
      expect(said).toMatchObject({
        'solo answers': 'hello',
        'adapter-slack asks for': 'SLACK_BOT_TOKEN,SLACK_APP_TOKEN',
        'api answers': expect.stringContaining('"ready":true'),
        'dc=fra answers': 'fra-1',
        'dc=ams answers': 'ams-1',
        adapters: 'slack',
        'audit log': 'Everything is as it was written',
        'api warns of its role': '0',
        'audit log when pruned': 'Everything is as it was written',
        'left behind': '0 containers, 0 volumes',
        'npm test uses': 'apache/kafka:4.1.0 in Docker,postgres:17 in Docker',
      });
      console.log(`stack: ${said['memory']}`);
    },
    20 * minutes,
  );
});

async function runStackTest({ dockerHost, namespaceOf }: Engine, signal: AbortSignal) {
  const environment = {
    ...process.env,
    DOCKER_HOST: dockerHost,
    ...(namespaceOf && { ENGINE_NAMESPACE: String(namespaceOf) }),
  };
  const script = spawn('deploy/docker/stack-test.sh', {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const ended = new Promise<number | null>((resolve) =>
    script.once('exit', resolve).once('error', () => resolve(null)),
  );
  const [stdout, stderr, status] = await Promise.all([text(script.stdout), text(script.stderr), ended]);
  return { status, stdout, stderr };
}
