import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pushImage, startRegistry, type ImageToPush, type Registry } from '@chasqui/testbed';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ImagePrograms } from './image-programs.js';
import { registryBefore } from './registry-before.fixture.js';

const never = new AbortController().signal;
const started = await startRegistry();
const lacking = 'unavailable' in started ? started.unavailable : undefined;
const registry = started as Registry;
const folder = mkdtempSync(join(tmpdir(), 'chasqui-programs-'));
const logins = (address: string, login: string) => {
  const file = join(folder, `${Math.random()}.json`);
  const auth = Buffer.from(login).toString('base64');
  writeFileSync(file, JSON.stringify({ auths: { [address]: { auth } } }));
  return file;
};

it('has a registry wherever CI says that nothing may be missing', () => {
  expect(lacking === undefined || process.env['CI'] !== 'true', lacking).toBe(true);
});
if (lacking) console.warn(`SKIPPED: what images of a registry run by themselves: ${lacking}`);

describe.skipIf(lacking)('what images of a real registry run by themselves', () => {
  const app: ImageToPush = { config: { Entrypoint: ['/app', '-v'], Cmd: ['serve'] } };
  const arm: ImageToPush = { ...app, platform: 'linux/arm64' };
  const other: ImageToPush = { config: { Entrypoint: ['/other'] }, platform: 'linux/arm64' };
  const digests: Record<string, string> = {};
  let own: ImagePrograms;
  const nameOf = (name: string, address = registry.address) => `${address}/ops/${name}`;
  beforeAll(async () => {
    own = new ImagePrograms({
      loginFile: logins(registry.address, `${registry.username}:${registry.password}`),
    });
    const push = async (name: string, image: ImageToPush | ImageToPush[]) =>
      (digests[name] = await pushImage(registry, `ops/${name}`, image));
    await push('app:1', app);
    await push('cmd:1', { config: { Cmd: ['top'] } });
    await push('none:1', { config: { Entrypoint: null } });
    await push('both:1', [app, arm, { platform: 'unknown/unknown' }, { platform: 'windows/amd64' }]);
    await push('differ:1', [app, other]);
    await push('windows:1', [{ ...app, platform: 'windows/amd64' }]);
  });
  afterAll(async () => {
    await registry.stop();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['app:1', ['/app', '-v'], ['serve']],
    ['cmd:1', [], ['top']],
    ['none:1', [], []],
    ['both:1', ['/app', '-v'], ['serve']],
  ])('of %s, pinned to what was looked at', async (name, entrypoint, cmd) => {
    const pinned = `${nameOf(name)}@${digests[name]}`;
    expect(await own.of(nameOf(name), never)).toEqual({ pinned, entrypoint, cmd });
    // And what is pinned stays as it is.
    expect(await own.of(pinned, never)).toEqual({ pinned, entrypoint, cmd });
  });

  it('of an image that runs something else on each platform, only where it is known which it is', async () => {
    expect(await own.of(nameOf('differ:1'), never)).toEqual({
      why: 'it runs something else on each of its platforms, and no node selector names kubernetes.io/arch',
    });
    const loginFile = logins(registry.address, `${registry.username}:${registry.password}`);
    const found = await new ImagePrograms({ loginFile, architecture: 'arm64' }).of(nameOf('differ:1'), never);
    expect(found).toMatchObject({
      entrypoint: ['/other'],
      pinned: `${nameOf('differ:1')}@${digests['differ:1']}`,
    });
    expect(await own.of(nameOf('windows:1'), never)).toEqual({ why: 'it is not made for linux' });
  });

  it('or why not: no login, a wrong one, a name that is not there', async () => {
    const { address } = registry;
    const without = new ImagePrograms({});
    expect(await without.of(nameOf('app:1'), never)).toEqual({
      why: `${address} wants a login, and this relay has none`,
    });
    const wrong = new ImagePrograms({ loginFile: logins(address, 'relay:nonsense') });
    expect(await wrong.of(nameOf('app:1'), never)).toEqual({
      why: `${address} does not let the login of this relay read it`,
    });
    expect(await own.of(nameOf('app:2'), never)).toEqual({ why: `${address} does not have it` });
    expect(await own.of('Not an image', never)).toEqual({
      why: '"Not an image" is not the name of an image',
    });
  });

  it('with a token, whoever may have one, and a login that goes nowhere else', async () => {
    for (const login of [undefined, 'me:secret']) {
      await using before = await registryBefore(registry, login === undefined ? {} : { login });
      const loginFile = login && logins(before.address, login);
      const found = await new ImagePrograms({ loginFile }).of(nameOf('both:1', before.address), never);
      expect(found).toMatchObject({ entrypoint: ['/app', '-v'], cmd: ['serve'] });
      expect(before.strangerSaw).toEqual([undefined, undefined]);
    }
    await using before = await registryBefore(registry, { login: 'me:secret' });
    expect(await new ImagePrograms({}).of(nameOf('app:1', before.address), never)).toEqual({
      why: `${before.address} wants a login, and this relay has none`,
    });
  });

  it('asks once for what a digest says, and for a tag each time what it stands for', async () => {
    let isAway = false;
    await using before = await registryBefore(registry, {
      instead: (_asked, answer) => isAway && (answer.writeHead(503).end(), true),
    });
    const programs = new ImagePrograms({});
    const name = nameOf('app:1', before.address);
    const found = await programs.of(name, never);
    before.asked.length = 0;
    expect(await programs.of(name, never)).toEqual(found);
    expect(before.asked.filter((one) => !one.includes('/token'))).toEqual([
      'HEAD /v2/ops/app/manifests/1',
      'HEAD /v2/ops/app/manifests/1',
    ]);
    before.asked.length = 0;
    expect(await programs.of((found as { pinned: string }).pinned, never)).toEqual(found);
    expect(before.asked).toEqual([]);
    isAway = true;
    expect(await programs.of(name, never)).toHaveProperty('why');
    expect(await programs.of((found as { pinned: string }).pinned, never)).toEqual(found);
  });

  it('believes no registry that gives something else than the digest says', async () => {
    const config = JSON.stringify({ config: { Entrypoint: ['/evil'] } });
    const instead = (asked: string, answer: { end(text: string): unknown }) =>
      asked.includes('/blobs/') && (answer.end(config), true);
    await using before = await registryBefore(registry, { instead });
    expect(await new ImagePrograms({}).of(nameOf('app:1', before.address), never)).toEqual({
      why: expect.stringMatching(/gives something else than sha256:/) as string,
    });
  });

  it('is sent nowhere where nothing is asked safely, nor in circles', async () => {
    const to = (place: string) => ({
      instead: (asked: string, answer: import('node:http').ServerResponse) =>
        asked.includes('/v2/') && (answer.writeHead(302, { location: place }).end(), true),
    });
    await using files = await registryBefore(registry, to('file:///etc/passwd'));
    await using circle = await registryBefore(registry, to('/v2/again'));
    const programs = new ImagePrograms({});
    const told = async (address: string) =>
      ((await programs.of(nameOf('app:1', address), never)) as { why: string }).why;
    expect(await told(files.address)).toContain('sends us where nothing is asked safely');
    expect(await told(circle.address)).toContain('sends us in circles');
  });

  it('leaves a registry alone for a while that does not answer', async () => {
    const { address, asked, ...before } = await registryBefore(registry, {
      instead: (_asked, answer) => (answer.writeHead(503).end(), true),
    });
    const programs = new ImagePrograms({});
    const why = { why: `${address} answers with status 503` };
    expect(await programs.of(nameOf('app:1', address), never)).toMatchObject(why);
    expect(await programs.of(nameOf('cmd:1', address), never)).toMatchObject(why);
    expect(asked).toHaveLength(1);
    await before[Symbol.asyncDispose]();
    expect(await new ImagePrograms({}).of(nameOf('app:1', address), never)).toEqual({
      why: `${address} cannot be asked: ECONNREFUSED`,
    });
  });
});
