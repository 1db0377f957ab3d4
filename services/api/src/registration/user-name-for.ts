import { createHash } from 'node:crypto';

/** Names that would speak for the house, or for many. */
const reserved = new Set([
  'admin',
  'administrator',
  'all',
  'anybody',
  'bot',
  'channel',
  'chasqui',
  'everybody',
  'everyone',
  'here',
  'me',
  'nobody',
  'operator',
  'root',
  'security',
  'slackbot',
  'support',
  'system',
  'you',
]);

/**
 * A user name for somebody in a chat, of what they are called there: lower-case ASCII without accents. Where that leaves nothing of a
 * name, because it is written in letters that have no such form (an `а` that is Cyrillic would vanish, and leave another name), or one that is
 * reserved, it is made of the adapter and the provider's id, which nobody can choose. Pure.
 */
export function userNameFor(who: {
  readonly adapter: string;
  readonly workspace?: string;
  readonly id: string;
  readonly name?: string;
}): string {
  const plain = (who.name ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
  const name = tidy(plain);
  return name === '' || /[^\P{L}a-z]/u.test(plain) || reserved.has(name) ? ofId(who) : name;
}

function ofId({ adapter, workspace = '', id }: { adapter: string; workspace?: string; id: string }): string {
  const own = tidy(`${adapter}-${id.toLowerCase()}`);
  const exact = createHash('sha256').update(`${workspace}\n${id}`).digest('hex').slice(0, 6);
  return `${own.slice(0, 50)}-${exact}`;
}

function tidy(text: string): string {
  return text
    .trim()
    .replaceAll(/\s+/g, '.')
    .replaceAll(/[^a-z0-9._-]/g, '')
    .replace(/^[._-]+/, '')
    .slice(0, 63)
    .replace(/[._-]+$/, '');
}
