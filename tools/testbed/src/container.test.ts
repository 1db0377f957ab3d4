import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { askEngine } from './ask-engine.js';
import { havePulled, startContainer, type ContainerOptions } from './container.js';
import { freePorts } from './free-ports.js';
import { startEngine, type Engine } from './engine.js';
import { busyboxImage, importBusybox } from './import-busybox.js';

describe('a server in a container', () => {
  let engine: Engine | undefined;
  let missing = '';

  beforeAll(async () => {
    const started = await startEngine();
    if ('unavailable' in started) {
      missing = started.unavailable;
      return;
    }
    engine = started;
    await importBusybox(engine.dockerHost);
  });
  afterAll(() => engine?.stop());

  /** Under CI=true what is missing fails, elsewhere it is skipped with the reason. */
  const onEngine = (title: string, test: (dockerHost: string) => Promise<void>) =>
    it(title, async ({ skip }) => {
      if (engine) return test(engine.dockerHost);
      if (process.env['CI'] === 'true') throw new Error(missing);
      skip(missing);
    });
  const server = async (script: string): Promise<ContainerOptions> => ({
    image: busyboxImage,
    command: ['sh', '-c', script],
    port: (await freePorts(1))[0]!,
    ready: /I am ready/,
  });
  const containers = async (dockerHost: string) =>
    JSON.parse(
      (await askEngine(dockerHost, 'GET', '/containers/json?all=1&filters={"label":["chasqui.testbed"]}'))
        .text,
    ) as unknown[];

  onEngine('that ends says what it said last, and is gone', async (dockerHost) => {
    const starting = startContainer(dockerHost, await server('echo "no room for my data"; exit 1'));
    await expect(starting).rejects.toThrow('it ended: no room for my data');
    expect(await containers(dockerHost)).toEqual([]);
  });

  onEngine('counts as ready where its port can be reached, and else is gone', async (dockerHost) => {
    const starting = startContainer(dockerHost, await server('echo I am ready; sleep 600'));
    // The ports of an engine in a network namespace of its own are not ours.
    if (engine?.namespaceOf !== undefined)
      await expect(starting).rejects.toThrow('cannot be reached from here');
    else await (await starting).stop();
    expect(await containers(dockerHost)).toEqual([]);
  });

  onEngine('goes when the process that started it is killed', async (dockerHost) => {
    const program = `
      import { startContainer } from ${JSON.stringify(new URL('../dist/container.js', import.meta.url).href)};
      await startContainer(${JSON.stringify(dockerHost)}, { ...${JSON.stringify(await server('sleep 600'))}, ready: /never/ });`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
    await vi.waitFor(
      async () => expect(await containers(dockerHost)).toMatchObject([{ State: 'running' }]),
      20_000,
    );
    holder.kill('SIGKILL');
    await vi.waitFor(async () => expect(await containers(dockerHost)).toEqual([]), 20_000);
  });

  onEngine('whose image cannot be pulled says why', async (dockerHost) => {
    const pulling = havePulled(dockerHost, '127.0.0.1:9/no/image:1', 60_000, () => undefined);
    await expect(pulling).rejects.toThrow(/^127\.0\.0\.1:9\/no\/image:1 cannot be pulled: .*refused/);
    await havePulled(dockerHost, busyboxImage, 60_000, () => undefined);
  });
});
