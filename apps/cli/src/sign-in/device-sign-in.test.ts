import { afterEach, beforeEach, expect, it, vi, type MockInstance } from 'vitest';
import { pretendServer, type Answer } from '../../test/pretend-server.js';
import { apiClient } from '../server/api-client.js';
import { deviceSignIn } from './device-sign-in.js';

const code = {
  deviceToken: 'chqf_x',
  userCode: 'ABCD-EFGH',
  verificationUri: 'https://idp.example/device',
  expiresIn: 60,
  interval: 0,
};
const signedIn = { username: 'ann', token: 'chqs_x', expiresAt: '2999-01-01T00:00:00.000Z' };

let said: MockInstance<typeof process.stderr.write>;
beforeEach(() => {
  said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => said.mockRestore());

const signIn = async (poll: Answer, more: object = {}) => {
  const server = await pretendServer({
    'POST /sign-in/device': [200, { ...code, ...more }],
    'POST /sign-in/device/poll': poll,
  });
  return { server, came: deviceSignIn(apiClient({ url: new URL(server.url) })) };
};

it('shows the code and where to type it, and asks until somebody has', async () => {
  let times = 0;
  const { server, came } = await signIn((response) => {
    const done = (times += 1) === 3;
    response.writeHead(done ? 200 : 202).end(JSON.stringify(done ? signedIn : { pending: true }));
  });
  expect(await came).toEqual(signedIn);
  expect(said.mock.calls.join('')).toContain('Open https://idp.example/device and type ABCD-EFGH\n');
  expect(server.asked.slice(1)).toEqual(
    Array(3).fill({ what: 'POST /sign-in/device/poll', body: { deviceToken: 'chqf_x' } }),
  );
});

it('ends with the sentence of the server where it says no', async () => {
  const { came } = await signIn([403, { error: { code: 'oidc-refused', message: 'You said no.' } }]);
  await expect(came).rejects.toThrow('You said no.');
});

it('ends with the code', async () => {
  const { came } = await signIn([202, { pending: true }], { expiresIn: 0 });
  await expect(came).rejects.toThrow('run chasqui login again');
});

it('shows nothing that would move the cursor', async () => {
  const { came } = await signIn([200, signedIn], { userCode: 'A\u001b[2JB' });
  await came;
  expect(said.mock.calls.join('')).not.toContain('\u001b');
});
