import { expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const me = {
  user: { username: 'ann', email: 'a@x' },
  groups: ['ops'],
  roles: [],
  permissions: ['ops:read', 'ops:write'],
};

it('whoami sends the token and shows who it is', async () => {
  const server = await pretendServer({ 'GET /me': [200, me] });
  const { stdout, exitCode } = await chasqui(['whoami'], {
    env: { CHASQUI_URL: server.url, CHASQUI_TOKEN: 't' },
  });
  expect(server.asked).toEqual([{ what: 'GET /me', authorization: 'Bearer t' }]);
  expect(stdout).toBe(
    'username:    ann\nemail:       a@x\ngroups:      ops\nroles:       none\npermissions: ops:read, ops:write\n',
  );
  expect(exitCode).toBe(0);
});

it('--json prints what the server said, wherever it stands', async () => {
  const server = await pretendServer({ 'GET /api/me': [200, me] });
  const { stdout } = await chasqui(['whoami', '--url', `${server.url}/api/`, '--json']);
  expect(JSON.parse(stdout)).toEqual(me);
});

it.each([
  [
    401,
    { error: { code: 'not-signed-in', message: 'who are you?' } },
    77,
    'chasqui: you are not signed in; sign in with chasqui login, or put a token in CHASQUI_TOKEN\n',
  ],
  [
    401,
    { error: { code: 'bad-token', message: 'It is over; ask for a new one.' } },
    77,
    'chasqui: It is over; ask for a new one, or sign in with chasqui login\n',
  ],
  [
    401,
    { error: { code: 'bad-credentials', message: 'The password is wrong.' } },
    77,
    'chasqui: The password is wrong.\n',
  ],
  [
    403,
    { error: { code: 'not-allowed', message: 'you need chasqui:read-users' } },
    77,
    'chasqui: you need chasqui:read-users\n',
  ],
  [
    404,
    { error: { code: 'unknown-user', message: 'There is no user ann; GET /users lists them.' } },
    1,
    'chasqui: There is no user ann; "chasqui user list" lists them.\n',
  ],
  [500, undefined, 1, 'chasqui: the server answered 500 and did not say why\n'],
])('an answer of %s %j ends with the sentence in it', async (status, body, exitCode, stderr) => {
  const server = await pretendServer({ 'GET /me': [status, body] });
  expect(await chasqui(['whoami', '--url', server.url])).toEqual({ exitCode, stdout: '', stderr });
});

it('an answer that is no JSON is told', async () => {
  const server = await pretendServer({ 'GET /me': (response) => void response.end('<html>') });
  const { exitCode, stderr } = await chasqui(['whoami', '--url', server.url]);
  expect([exitCode, stderr]).toEqual([
    1,
    'chasqui: the server answered something that is no JSON; is this the URL of a Chasqui server?\n',
  ]);
});

it('an answer that breaks off is told', async () => {
  const server = await pretendServer({
    'GET /me': (response) => void response.writeHead(200).write('{', () => response.destroy()),
  });
  const { exitCode, stderr } = await chasqui(['whoami', '--url', server.url]);
  expect([exitCode, stderr]).toEqual([
    69,
    'chasqui: the server broke off in the middle of its answer; what you asked for may have been done\n',
  ]);
});

it('a server that is not there is told with its URL and how to start one', async () => {
  const { url, close } = await pretendServer({});
  await close();
  const { exitCode, stderr } = await chasqui(['whoami', '--url', url]);
  expect(stderr).toBe(
    `chasqui: no Chasqui server answers at ${url} (ECONNREFUSED); start one with \`npm start\`, or say where it is with --url or CHASQUI_URL\n`,
  );
  expect(exitCode).toBe(69);
});

it.each([
  ['nothing'],
  ['user', 'create', 'ann'],
  ['whoami', '--nothing'],
  ['whoami', '--url', 'x'],
  ['bundle'],
  ['run', 'two', 'words'],
])('chasqui %s %s %s is a wrong usage', async (...args) => {
  const { exitCode, stdout, stderr } = await chasqui(args);
  expect([exitCode, stdout]).toEqual([64, '']);
  expect(stderr).not.toBe('');
});

it.each([['--help'], ['--version'], ['user', '--help'], ['help', 'runs']])(
  'chasqui %s %s answers without a server',
  async (...args) => {
    const { exitCode, stdout } = await chasqui(args.filter(Boolean));
    expect(exitCode).toBe(0);
    expect(stdout).not.toBe('');
  },
);
