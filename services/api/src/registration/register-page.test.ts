import { whenPostgres } from '@chasqui/testbed/when';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, type ApiWorld } from '../api-world.fixture.js';
import { browser, type Browser } from '../sign-in/sign-in-app.fixture.js';
import { Registration } from './registration.service.js';

const password = 'correct-horse-battery-staple-42';

whenPostgres('the page where people enter their code', (serverUrl) => {
  let world: ApiWorld;
  let tab: Browser;
  beforeAll(async () => {
    world = await apiWorld(serverUrl);
    expect((await world.call('PUT', '/users/admin/password', { password })).status).toBe(204);
    tab = browser(world.api.url!);
  });
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  const codeOf = async (id: string, name: string) => {
    const sender = { adapter: 'slack', workspace: 'T1', id, name, becomesKnown: 'by-code' };
    const asks = { kind: 'stranger', builtIn: 'register', words: [], text: 'register' } as const;
    const told = await world.api.get(Registration).toStranger(asks, { sender, place: {} } as never, id);
    return /chasqui register (\S+)/.exec((told as { secret: { text: string } }).secret.text)![1]!;
  };

  it('sends whoever is not signed in to sign in, and back', async () => {
    const { status, headers } = await tab.go('GET', '/register');
    expect([status, headers.get('location')]).toEqual([303, '/sign-in?return_to=/register']);
    await tab.go('POST', '/sign-in', { json: { username: 'admin', password } });
    expect((await tab.go('GET', '/register')).status).toBe(200);
  });

  it('never takes a code from its address', async () => {
    expect((await tab.go('GET', '/register?code=K7QM-2XPD')).status).toBe(400);
    expect((await tab.go('GET', '/register/confirm?code=K7QM-2XPD')).status).toBe(405);
  });

  it('shows who asked, whatever they call themselves, and joins them once that is confirmed', async () => {
    const code = await codeOf('U1', '<script>alert(1)</script>');
    const shown = await tab.go('POST', '/register', { form: { code } });
    const page = await shown.text();
    expect(page).toContain('slack, workspace T1');
    expect(page).toContain('&#60;script&#62;');
    expect(page).not.toContain('<script');
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await world.call('GET', '/me/identities')).body.identities).toEqual([]);

    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)![1]!;
    const form = Object.fromEntries(
      ['code', 'adapter', 'workspace', 'id'].map((name) => [name, field(name)]),
    );
    const done = await (await tab.go('POST', '/register/confirm', { form })).text();
    expect(done).toContain('U1 in slack, workspace T1 is admin');
    expect((await world.call('GET', '/me/identities')).body.identities).toMatchObject([
      { adapter: 'slack', workspace: 'T1', id: 'U1', joinedBy: 'code' },
    ]);
  });

  it('asks again where the code is none', async () => {
    const answer = await tab.go('POST', '/register', { form: { code: 'nonsense' } });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('There is no such code');
    const empty = await tab.go('POST', '/register', { form: { code: '' } });
    expect(empty.status).toBe(422);
    expect(await empty.text()).toContain('Enter the code that the chat showed you');
  });

  it('does nothing that another site asks for', async () => {
    const code = await codeOf('U2', 'ann');
    for (const path of ['/register', '/register/confirm']) {
      const form = { code, adapter: 'slack', workspace: 'T1', id: 'U2' };
      const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
      expect((await tab.go('POST', path, { form, headers })).status).toBe(403);
    }
  });
});
