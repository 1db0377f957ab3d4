import { openSignIn, type Browser, type SignInApp } from '../sign-in/sign-in-app.fixture.js';
import { usualSignIn } from '../sign-in/sign-in-config.js';
import { openIdentityProvider, type IdentityProvider } from './identity-provider.fixture.js';
import type { OidcConfig } from './oidc-config.js';

/** People who sign in by a real provider, where Ann, of the group `/staff`, sits before every browser. */
export interface OidcApp extends AsyncDisposable {
  readonly idp: IdentityProvider;
  readonly app: SignInApp;
  /** What the settings say, to be changed by a test. */
  readonly oidc: { -readonly [Key in keyof OidcConfig]: OidcConfig[Key] };
  /** To the provider; answers where it sends the browser back to. */
  readonly toProvider: (browser: Browser, path?: string) => Promise<URL>;
  /** There and back; answers where we then send the browser. */
  readonly through: (
    browser?: Browser,
    path?: string,
  ) => Promise<{ browser: Browser; back: URL; to: string | null }>;
  /** As `/me` says. */
  readonly who: (browser: Browser) => Promise<Me>;
  /** Says other things of Ann. */
  readonly ann: (claims: object) => void;
  /** How many users there are; the administrator is one. */
  readonly users: () => Promise<number>;
  /** Everything but the administrator is gone, and everybody honest again. */
  readonly reset: () => Promise<void>;
}

interface Me {
  readonly id: string;
  readonly username: string;
  readonly groups: readonly string[];
}

/** Where somebody is sent who does not come in. */
export const because = (why: string) => `/sign-in?why=${why}`;

export async function openOidc(server: string): Promise<OidcApp> {
  const idp = await openIdentityProvider();
  const oidc = idp.config();
  const app = await openSignIn(server, { signIn: { ...usualSignIn, oidc } });
  await idp.serve(app.url);
  const { dataSource } = app;
  const toProvider = async (browser: Browser, path = '/sign-in/oidc') =>
    idp.passThrough((await browser.go('GET', path)).headers.get('location')!);
  const ann = (claims: object) => idp.people.set('ann-1', { ...idp.people.get('ann-1'), ...claims });
  const honest = () => {
    idp.people.clear();
    ann({
      preferred_username: 'Ann',
      name: 'Ann Lee',
      email: 'ann.lee@example.org',
      email_verified: true,
      groups: ['/staff'],
    });
    idp.who = 'ann-1';
    idp.tamper = () => undefined;
    idp.away = false;
    Object.assign(oidc, idp.config());
  };
  honest();
  return {
    idp,
    app,
    oidc,
    toProvider,
    through: async (browser = app.browser(), path) => {
      const back = await toProvider(browser, path);
      const answer = await browser.go('GET', back.href);
      return { browser, back, to: answer.headers.get('location') };
    },
    who: async (browser) => ((await (await browser.go('GET', '/me')).json()) as { user: Me }).user,
    ann,
    users: async () => (await dataSource.query<unknown[]>('select from users')).length,
    reset: async () => {
      honest();
      await dataSource.query(`delete from users where username <> 'admin'`);
      await dataSource.query(`delete from groups where name <> 'admin'`);
      await dataSource.query('delete from group_claims');
    },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await idp[Symbol.asyncDispose]();
    },
  };
}
