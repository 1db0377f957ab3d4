import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const cwd = mkdtempSync(join(tmpdir(), 'chasqui-from-web-'));
const certificate = join(cwd, 'certificate.pem');
let secure: Server;
let open: Server;

const site: RequestListener = ({ url, headers }, response) => {
  const to = (location: string) => response.writeHead(302, { location }).end();
  if (url === '/bundle.yaml') return void response.end(`name: ${headers.authorization ?? 'nobody'}\n`);
  if (url === '/moved') return void to('/bundle.yaml');
  if (url === '/round') return void to('/round');
  if (url === '/open') return void to(`http://127.0.0.1:${portOf(open)}/bundle.yaml`);
  if (url === '/nowhere') return void to('http://[');
  if (url === '/bytes') return void response.end(Buffer.from([0xff, 0xfe, 0]));
  if (url === '/endless') {
    const more = () =>
      response.destroyed || response.write(Buffer.alloc(64 * 1024, 'x'), () => setImmediate(more));
    return void more();
  }
  response.writeHead(404).end();
};

beforeAll(async () => {
  const key = join(cwd, 'key.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '1',
  ];
  execFileSync('openssl', [...made, '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' });
  secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) }, site);
  open = createServer(site);
  for (const server of [secure, open])
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  for (const server of [secure, open]) await new Promise((resolve) => server.close(resolve));
  rmSync(cwd, { recursive: true });
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const at = (path: string) => `https://127.0.0.1:${portOf(secure)}${path}`;

async function install(source: string) {
  const server = await pretendServer({
    'POST /bundles': [201, { name: 'ops', version: '1.0.0', enabled: false, commands: [] }],
  });
  const ended = await chasqui(['bundle', 'install', source], {
    cwd,
    env: { CHASQUI_URL: server.url, CHASQUI_TOKEN: 'a-token', NODE_EXTRA_CA_CERTS: certificate },
  });
  return { ...ended, sent: (server.asked[0]?.body as { source?: string } | undefined)?.source };
}

it.each(['/bundle.yaml', '/moved'])('installs from %s, and shows nobody the token', async (path) => {
  expect(await install(at(path))).toMatchObject({ exitCode: 0, stderr: '', sent: 'name: nobody\n' });
});

it('trusts nobody whose certificate it cannot check', async () => {
  const { exitCode, stderr } = await chasqui(['bundle', 'install', at('/bundle.yaml')], { cwd });
  expect([exitCode, stderr]).toEqual([69, expect.stringContaining('SELF_SIGNED_CERT')]);
});

it('takes plain HTTP from this machine alone, with a warning', async () => {
  const source = `http://127.0.0.1:${portOf(open)}/bundle.yaml`;
  const { exitCode, stderr, sent } = await install(source);
  expect([exitCode, sent]).toEqual([0, 'name: nobody\n']);
  expect(stderr).toBe(`chasqui: warning: ${source} is not encrypted; that is fine on this machine only\n`);
  expect((await install('http://example.org/bundle.yaml')).stderr).toContain('is not encrypted, so anybody');
});

it.each([
  ['/absent', 'answers 404'],
  ['/round', 'leads on more than 5 times'],
  ['/open', 'which is not HTTPS'],
  ['/nowhere', 'which is no address'],
  ['/bytes', 'is no text in UTF-8'],
  ['/endless', 'is longer than a bundle file may be (1048576 bytes)'],
])('installs nothing from %s', async (path, sentence) => {
  const { exitCode, stderr, sent } = await install(at(path));
  expect(stderr).toContain(sentence);
  expect([exitCode, sent]).toEqual([1, undefined]);
});

it('says that nothing answers', async () => {
  const { exitCode, stderr } = await install('https://127.0.0.1:1/bundle.yaml');
  expect([exitCode, stderr]).toEqual([
    69,
    'chasqui: https://127.0.0.1:1/bundle.yaml cannot be fetched: ECONNREFUSED\n',
  ]);
});
