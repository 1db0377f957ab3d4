import type { Principal } from '../http/principal.js';
import { escaped, page } from './page.js';

/** Why somebody is back on the page where people sign in. Only these words are taken from an address, and none is shown as it came. */
export const whys = {
  'bad-credentials': 'The user name or the password is wrong.',
  'too-many-failures': 'There were too many wrong passwords. Wait a while, and try again.',
  'inactive-person': 'This user is deactivated. Ask an administrator.',
  'no-password-sign-in': 'People sign in here by the identity provider.',
  'insecure-connection':
    'A session needs HTTPS, or a browser on the same machine. An administrator sets CHASQUI_PUBLIC_URL to the https:// address of this server.',
  'signed-out': 'You are signed out.',
  'oidc-away': 'The identity provider does not answer just now. Try again in a moment.',
  'oidc-refused':
    'The identity provider did not let you in, or what came back from it cannot be believed. Try again.',
  'oidc-stale': 'That took too long, or was begun in another browser. Sign in once more.',
  'oidc-unknown':
    'Nobody here is joined to your account. Ask an administrator to make you a user, and to join it to your account.',
  'oidc-name-taken':
    'There is a user of your name already, who is not joined to your account. Ask an administrator to join them.',
  'oidc-no-name':
    'No user name can be made of your account. Ask an administrator to make you a user and to join it.',
} as const;
export type Why = keyof typeof whys;

/** The page where people sign in. */
export function signInPage(options: {
  readonly why?: Why;
  readonly returnTo?: string;
  readonly passwords: boolean;
  /** What the identity provider is called, if there is one. */
  readonly provider?: string;
}): string {
  const { why, returnTo, passwords, provider } = options;
  const back = returnTo === undefined ? '' : `?return_to=${encodeURIComponent(returnTo)}`;
  const ways = [
    ...(provider === undefined
      ? []
      : [`<a class="button" href="/sign-in/oidc${back}">Sign in with ${escaped(provider)}</a>`]),
    ...(passwords ? [passwordForm(returnTo, provider !== undefined)] : []),
  ];
  return page(
    'Sign in',
    `${why ? `<p class="said" role="alert">${escaped(whys[why])}</p>` : ''}
<div class="ways">
${ways.join('\n<p class="or">or</p>\n')}
</div>`,
  );
}

function passwordForm(returnTo: string | undefined, quiet: boolean): string {
  return `<form method="post" action="/sign-in/form">
${returnTo === undefined ? '' : `<input type="hidden" name="return_to" value="${escaped(returnTo)}">`}
<label>User name <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button${quiet ? ' class="quiet"' : ''}>Sign in</button>
</form>`;
}

/** What somebody who is signed in sees, until there is a console. */
export function signedInPage({ username, email, groups }: Principal): string {
  const rows = [
    ['User', username],
    ['E-mail', email],
    ['Groups', groups.join(', ') || 'none'],
  ];
  return page(
    `You are signed in as ${escaped(username)}`,
    `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value!)}</dd>`).join('')}</dl>
<form method="post" action="/sign-out/form"><button class="quiet">Sign out</button></form>`,
  );
}
