import { text } from 'node:stream/consumers';
import { exitCodes, Stop } from '../stop.js';
import { askHidden } from '../terminal/ask-hidden.js';

/** A new password: typed twice at a terminal, else a line of standard input. Never an argument, which others can see. */
export async function newPassword(): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '');
  const password = await askHidden('new password: ');
  if ((await askHidden('once more: ')) === password) return password;
  throw new Stop('the two are not the same; nothing was done', exitCodes.usage);
}
