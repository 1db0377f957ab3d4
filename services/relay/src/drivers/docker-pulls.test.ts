import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askEngine, busyboxImage, startRegistry, type Registry } from '@chasqui/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerDriver } from './docker-driver.js';
import { DockerImages } from './docker-images.js';
import { engineForTests, noEngine, shell } from './docker.fixture.js';
import { Onlooker } from './driver.contract.js';

const engine = await engineForTests('pulling images');
const { docker } = engine ?? noEngine;
const never = new AbortController().signal;

describe.runIf(engine)('images of a registry that asks for a login', () => {
  let registry: Registry | undefined;
  let image: string;
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-logins-'));
  const loginFile = join(folder, 'config.json');
  const pull = (reference: string, logins?: string) =>
    dockerDriver({ relay: 'fra-1', dockerHost: engine!.dockerHost, loginFile: logins }).run(
      shell('echo pulled', { image: reference }),
      new Onlooker(),
      never,
    );

  beforeAll(async () => {
    const running = await startRegistry(engine!);
    if ('unavailable' in running) {
      console.warn(`SKIPPED: pulling from a registry: ${running.unavailable}`);
      return;
    }
    registry = running;
    const { address, username, password } = registry;
    image = `${address}/ops/tool`;
    await docker.getImage(busyboxImage).tag({ repo: image, tag: '1' });
    const pushed = await docker
      .getImage(image)
      .push({ tag: '1', authconfig: { username, password, serveraddress: address } });
    await new Promise((resolve) => docker.modem.followProgress(pushed, resolve));
    await docker.getImage(`${image}:1`).remove();
    const login = (text: string) =>
      JSON.stringify({ auths: { [address]: { auth: Buffer.from(text).toString('base64') } } });
    writeFileSync(loginFile, login(`${username}:${password}`));
    writeFileSync(join(folder, 'wrong.json'), login(`${username}:nonsense`));
  });
  afterAll(async () => {
    await registry?.stop();
    await engine?.stop();
    rmSync(folder, { recursive: true });
  });

  it('says that it may not pull, without a login and with a wrong one', async (context) => {
    if (!registry) return context.skip();
    for (const logins of [undefined, join(folder, 'wrong.json')]) {
      expect(await pull(`${image}:1`, logins)).toMatchObject({
        kind: 'not-started',
        code: 'image-unauthorised',
      });
    }
  });

  it('says that there is no such image', async (context) => {
    if (!registry) return context.skip();
    expect(await pull(`${image}:2`, loginFile)).toMatchObject({
      kind: 'not-started',
      code: 'image-unknown',
      detail: expect.stringContaining(`${image}:2`),
    });
  });

  it('does not pull what is made for another platform, unless the engine emulates it', async (context) => {
    if (!registry) return context.skip();
    const foreign = await oneOfPlatform(image, 'linux/arm64', 'linux/s390x');
    const { address, username, password } = registry;
    const login = { username, password, serveraddress: address };
    const pushed = await docker.getImage(image).push({ tag: foreign.tag, authconfig: login });
    await new Promise((resolve) => docker.modem.followProgress(pushed, resolve));
    await docker.getImage(`${image}:${foreign.tag}`).remove();
    const reference = `${image}:${foreign.tag}`;
    const { Os, Arch } = await docker.version();
    expect(await pull(reference, loginFile)).toEqual({
      kind: 'not-started',
      code: 'image-platform',
      detail: `${reference} is made for ${foreign.platform}, and the engine runs ${Os}/${Arch}`,
    });
    await expect(docker.getImage(reference).inspect()).rejects.toMatchObject({ statusCode: 404 });
    const images = new DockerImages(docker, loginFile, [foreign.platform]);
    expect(await images.ensure(reference, never)).toMatchObject({ id: foreign.id });
  });

  it('pulls what is missing with the login of the registry, once for all who wait', async (context) => {
    if (!registry) return context.skip();
    const login = dockerDriver({ relay: 'fra-1', dockerHost: engine!.dockerHost, loginFile });
    const works = Array.from({ length: 3 }, () => shell('echo pulled', { image: `${image}:1` }));
    const outcomes = await Promise.all(works.map((work) => login.run(work, new Onlooker(), never)));
    for (const work of works) await login.forget(work);
    expect(outcomes).toEqual(works.map(() => ({ kind: 'exited', exitCode: 0 })));
  });
});

/** An image that says of itself that it is made for the first of these platforms that is not the engine's. */
async function oneOfPlatform(repo: string, ...platforms: string[]) {
  const { Os, Arch } = await docker.version();
  const platform = platforms.find((one) => one !== `${Os}/${Arch}`)!;
  const [os, architecture] = platform.split('/') as [string, string];
  const config = Buffer.from(
    JSON.stringify({ os, architecture, config: {}, rootfs: { type: 'layers', diff_ids: [emptyLayer.id] } }),
  );
  const manifest = [{ Config: 'config.json', RepoTags: [`${repo}:${architecture}`], Layers: ['layer.tar'] }];
  const folder = mkdtempSync(join(tmpdir(), 'chasqui-foreign-'));
  writeFileSync(join(folder, 'config.json'), config);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'layer.tar'), emptyLayer.bytes);
  const tar = execFileSync('tar', ['-C', folder, '-c', 'config.json', 'manifest.json', 'layer.tar']);
  rmSync(folder, { recursive: true });
  const { status, text } = await askEngine(engine!.dockerHost, 'POST', '/images/load', tar);
  expect([status, text]).toEqual([200, expect.not.stringContaining('error')]);
  const { Id: id } = await docker.getImage(`${repo}:${architecture}`).inspect();
  return { platform, id, tag: architecture };
}

/** An archive without files. */
const emptyLayer = (() => {
  const bytes = Buffer.alloc(1024);
  return { bytes, id: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
})();
