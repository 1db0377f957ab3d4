import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider as Idp, type Configuration } from 'oidc-provider';
import { browser, type Browser } from '../sign-in/sign-in-app.fixture.js';
import type { OidcConfig } from './oidc-config.js';

/** What the provider says of somebody, by their `sub`. */
export type Person = Record<string, unknown>;

/** A real OpenID provider on loopback, where whoever comes is `who` and agrees to everything. */
export interface IdentityProvider extends AsyncDisposable {
  readonly url: string;
  readonly people: Map<string, Person>;
  /** Who sits before the browser. */
  who: string;
  /** Changes the answers of `/token` and `/me` (the user info) on their way, as a thief of the connection or a broken provider would. */
  tamper: (answer: Record<string, unknown>, path: string) => void;
  /** Whether it answers at all. */
  away: boolean;
  /** How many refresh tokens it was given back. */
  revoked: number;
  readonly config: (more?: Partial<OidcConfig>) => OidcConfig;
  /** Once it is known where it sends browsers back to. */
  readonly serve: (client: string) => Promise<void>;
  /** Goes through the provider's pages from an address of it, until it sends the browser elsewhere: there. */
  readonly passThrough: (from: string, with_?: Browser) => Promise<URL>;
  /** Types the code of a device. */
  readonly approve: (verificationUri: string, userCode: string, yes?: boolean) => Promise<void>;
  /** Forgets all that it gave to somebody: they have left. */
  readonly dismiss: (sub: string) => Promise<void>;
}

const clientSecret = 'a-secret-of-the-client-0123456789';

export async function openIdentityProvider(): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Person>();
  const gone = new Set<string>();
  const own: IdentityProvider = {
    url,
    people,
    who: 'ann-1',
    tamper: () => undefined,
    away: false,
    revoked: 0,
    config: (more = {}) => ({
      issuer: url,
      clientId: 'chasqui',
      clientSecret,
      name: 'Example Corp',
      scopes: 'openid profile email offline_access',
      usernameClaim: 'preferred_username',
      groupsClaim: 'groups',
      groups: [],
      create: true,
      joinByEmail: false,
      recheckMs: 900_000,
      ...more,
    }),
    serve: async (client) => serve(server, own, gone, client),
    passThrough: (from, with_ = browser(url)) => passThrough(url, from, with_),
    approve: (verificationUri, userCode, yes = true) => approve(url, verificationUri, userCode, yes),
    dismiss: async (sub) => {
      gone.add(sub);
      people.delete(sub);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return own;
}

async function serve(
  server: Server,
  own: IdentityProvider,
  gone: Set<string>,
  client: string,
): Promise<void> {
  const idp = new Idp(own.url, configuration(own, gone, client));
  idp.use(async (ctx, next) => {
    await next();
    if (!['/token', '/me'].includes(ctx.path) || typeof ctx.body !== 'object' || ctx.body === null) return;
    own.tamper(ctx.body as Record<string, unknown>, ctx.path);
  });
  idp.on('grant.revoked', () => (own.revoked += 1));
  const callback = idp.callback();
  server.on('request', (request, response) => {
    if (own.away) return void response.writeHead(503).end();
    if (!request.url!.startsWith('/interaction/')) return void callback(request, response);
    void (async () => {
      const { params } = await idp.interactionDetails(request, response);
      const grant = new idp.Grant({ accountId: own.who, clientId: String(params['client_id']) });
      grant.addOIDCScope('openid profile email offline_access');
      const consent = { grantId: await grant.save() };
      await idp.interactionFinished(request, response, { login: { accountId: own.who }, consent });
    })();
  });
}

function configuration({ people }: IdentityProvider, gone: Set<string>, client: string): Configuration {
  return {
    clients: [
      {
        client_id: 'chasqui',
        client_secret: clientSecret,
        redirect_uris: [`${client}/sign-in/oidc/callback`],
        post_logout_redirect_uris: [`${client}/signed-out`],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        response_types: ['code'],
      },
    ],
    findAccount: (_, sub) =>
      gone.has(sub) ? undefined : { accountId: sub, claims: () => ({ sub, ...people.get(sub) }) },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username', 'groups', 'realm_access'],
    },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    issueRefreshToken: async () => true,
    pkce: { required: () => true },
    cookies: { keys: ['a key of the provider in tests'] },
    jwks: { keys: [{ ...providersKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'tests' }] },
    ttl: { Session: 600, Grant: 600, Interaction: 600, AccessToken: 600, IdToken: 600, DeviceCode: 600 },
  } as Configuration;
}

const providersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const anothersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** ID tokens that say what the real one says, or something else, and that nobody must believe. */
export const forged = {
  alg_none: (idToken: string, more: object = {}) => `${encoded({ alg: 'none' })}.${claimsOf(idToken, more)}.`,
  anothersKey: (idToken: string, more: object = {}) =>
    signedBy(anothersKey, { alg: 'RS256', kid: 'tests' }, idToken, more),
  /** Signed by who the client authenticates with: as an `HS256` that an `RS256` was expected for. */
  clientSecret: (idToken: string, more: object = {}) => {
    const text = `${encoded({ alg: 'HS256' })}.${claimsOf(idToken, more)}`;
    return `${text}.${createHmac('sha256', clientSecret).update(text).digest('base64url')}`;
  },
  /** Signed as it should be, but of other things. */
  providersKey: (idToken: string, more: object) =>
    signedBy(providersKey, { alg: 'RS256', kid: 'tests' }, idToken, more),
  changed: (idToken: string, more: object) => {
    const [head, , signature] = idToken.split('.');
    return `${head}.${claimsOf(idToken, more)}.${signature}`;
  },
} as const;

function signedBy(key: typeof providersKey, head: object, idToken: string, more: object): string {
  const text = `${encoded(head)}.${claimsOf(idToken, more)}`;
  return `${text}.${createSign('sha256').update(text).sign(key, 'base64url')}`;
}

function claimsOf(idToken: string, more: object): string {
  const claims = JSON.parse(Buffer.from(idToken.split('.')[1]!, 'base64url').toString('utf8')) as object;
  return encoded({ ...claims, ...more });
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function passThrough(url: string, from: string, with_: Browser): Promise<URL> {
  let at = new URL(from, url);
  for (let step = 0; step < 10 && at.origin === url; step++) {
    const response = await with_.go('GET', at.href);
    const location = response.headers.get('location');
    if (location === null) throw new Error(`the provider stays at ${at.pathname}: ${await response.text()}`);
    at = new URL(location, at);
  }
  return at;
}

async function approve(url: string, verificationUri: string, userCode: string, yes: boolean): Promise<void> {
  const with_ = browser(url);
  const asked = await (await with_.go('GET', verificationUri)).text();
  const confirm = await with_.go('POST', '/device', { form: { ...hidden(asked), user_code: userCode } });
  const page = await confirm.text();
  const said = await with_.go('POST', '/device', {
    form: { ...hidden(page), ...(yes ? { confirm: 'yes' } : { abort: 'yes' }) },
  });
  let location = said.headers.get('location');
  for (let step = 0; location !== null && step < 10; step++)
    location = (await with_.go('GET', new URL(location, url).href)).headers.get('location');
}

function hidden(page: string): Record<string, string> {
  return Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );
}
