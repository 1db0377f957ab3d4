import { describe, expect, it } from 'vitest';
import { chasqui } from '../../test/chasqui.js';
import { pretendServer } from '../../test/pretend-server.js';

const candidate = {
  adapter: 'slack',
  workspace: 'T1',
  id: 'U1',
  name: 'ann\u001b[2J',
  room: 'ops',
  askedAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-01-01T00:10:00.000Z',
};
const joined = { adapter: 'slack', workspace: 'T1', id: 'U1', joinedAt: candidate.askedAt, joinedBy: 'code' };

async function server() {
  const open = await pretendServer({
    'POST /registrations/look': [200, candidate],
    'POST /registrations/confirm': [200, joined],
    'GET /me': [200, { user: { username: 'alice' } }],
    'GET /me/identities': [200, { identities: [joined] }],
    'GET /identities': [200, { identities: [{ username: 'alice', ...joined }] }],
    'DELETE /me/identities/slack?workspace=T1': [204],
    'DELETE /users/ann/identities/slack': [204],
  });
  const run = (words: string[], stdin = '') =>
    chasqui(words, { env: { CHASQUI_URL: open.url, CHASQUI_TOKEN: 't' }, stdin });
  return { ...open, run };
}

describe('chasqui register', () => {
  it('shows who would be joined, and joins exactly them once that is confirmed', async () => {
    const { run, asked } = await server();
    const { exitCode, stdout, stderr } = await run(['register', 'K7QM-2XPD'], 'yes\n');
    expect([exitCode, stdout]).toEqual([
      0,
      'U1 in slack (workspace T1) is alice now; "chasqui identity remove" undoes it\n',
    ]);
    expect(stderr).toMatch(/chat: +slack \(workspace T1\)\nid: +U1\ncalls itself: ann/);
    expect(stderr).toContain('If somebody gave you this code, or asked you to enter it, stop');
    expect(stderr).not.toContain('\u001b');
    expect(asked.at(-1)).toMatchObject({
      what: 'POST /registrations/confirm',
      body: { code: 'K7QM-2XPD', adapter: 'slack', workspace: 'T1', id: 'U1' },
    });
  });

  it.each(['no\n', '\n', ''])('joins nobody where %j is answered', async (stdin) => {
    const { run, asked } = await server();
    const { exitCode, stdout } = await run(['register', 'K7QM-2XPD'], stdin);
    expect(exitCode).not.toBe(0);
    expect(stdout).toBe('');
    expect(asked.map(({ what }) => what)).not.toContain('POST /registrations/confirm');
  });

  it('has no way of saying yes in advance', async () => {
    const { run, asked } = await server();
    for (const option of ['--yes', '-y', '--force']) {
      const { exitCode } = await run(['register', 'K7QM-2XPD', option], 'yes\n');
      expect(exitCode).not.toBe(0);
    }
    expect(asked).toEqual([]);
  });
});

describe('chasqui identity', () => {
  it('lists yours, and everybody’s', async () => {
    const { run } = await server();
    expect((await run(['identity', 'list'])).stdout).toMatch(
      /^CHAT +ID +JOINED +BY\nslack \(workspace T1\) +U1 +\d+d ago +code\n$/,
    );
    expect((await run(['identity', 'list', '--all'])).stdout).toMatch(/^USER .*\nalice +slack/);
  });

  it('removes one of yours, or of somebody else', async () => {
    const { run, asked } = await server();
    expect((await run(['identity', 'remove', 'slack', '--workspace', 'T1'])).stdout).toBe(
      'you are nobody in slack (workspace T1) now\n',
    );
    expect((await run(['identity', 'remove', 'slack', '--user', 'ann'])).stdout).toBe(
      'ann is nobody in slack now\n',
    );
    expect(asked.map(({ what }) => what)).toEqual([
      'DELETE /me/identities/slack?workspace=T1',
      'DELETE /users/ann/identities/slack',
    ]);
  });
});
