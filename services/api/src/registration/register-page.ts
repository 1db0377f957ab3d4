import { escaped, page } from '../sign-in/page.js';
import type { Candidate, ChatWho, JoinedIdentity } from './shapes.js';

/** Where a code is typed in. It is never taken from an address: a link that somebody sends must not lead to a form that is filled in. */
export function codePage(username: string, said?: string): string {
  return page(
    'Enter your code',
    `${said === undefined ? '' : `<p class="said" role="alert">${escaped(said)}</p>\n`}<p>Say “register” in the chat, and enter the code that it shows you. You are signed in as ${escaped(username)}.</p>
<form method="post" action="/register">
<label>Code <input name="code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" required></label>
<button>Go on</button>
</form>`,
  );
}

/** Who would be joined, and what that means. */
export function whoPage(username: string, code: string, candidate: Candidate): string {
  const { adapter, workspace, id, name, room, askedAt } = candidate;
  const rows = {
    Chat: placeOf(candidate),
    Id: id,
    ...(name !== undefined && { 'Calls itself': name }),
    ...(room !== undefined && { 'Asked in': room }),
    Asked: askedAt,
  };
  const hidden = { code, adapter, id, ...(workspace !== undefined && { workspace }) };
  return page(
    'Was that you?',
    `<dl>${Object.entries(rows)
      .map(([title, value]) => `<dt>${title}</dt><dd>${escaped(value)}</dd>`)
      .join('')}</dl>
<p>From then on they may do in that chat all that ${escaped(username)} may. If somebody gave you this code, or asked you to enter it, stop: it is theirs.</p>
<form method="post" action="/register/confirm">
${Object.entries(hidden)
  .map(([field, value]) => `<input type="hidden" name="${field}" value="${escaped(value)}">`)
  .join('\n')}
<button>That was me: join us</button>
</form>
<p><a href="/register">No, or I am not sure</a></p>`,
  );
}

/** It is done, and how it is undone. */
export function joinedPage(username: string, joined: JoinedIdentity): string {
  return page(
    'You are known there now',
    `<p>${escaped(joined.id)} in ${escaped(placeOf(joined))} is ${escaped(username)}. To undo it say “register remove” there, or run: chasqui identity remove ${escaped(joined.adapter)}</p>`,
  );
}

function placeOf({ adapter, workspace }: Pick<ChatWho, 'adapter' | 'workspace'>): string {
  return workspace === undefined ? adapter : `${adapter}, workspace ${workspace}`;
}
