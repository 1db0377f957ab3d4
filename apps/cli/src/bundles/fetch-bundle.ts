import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../server/plain-http.js';
import { exitCodes, Stop } from '../stop.js';

/** The longest bundle file that the server reads, in bytes. */
const longestBundle = 1024 * 1024;
const mostRedirects = 5;
/** In milliseconds, for all of it. */
const patience = 60_000;

/**
 * A bundle file from the web: over HTTPS, with plain HTTP only from this machine, which is worth a warning. Redirects are followed, five of
 * them and never away from HTTPS. Nothing of ours is sent along.
 * @throws Stop
 */
export async function fetchBundle(url: URL): Promise<Buffer> {
  const signal = AbortSignal.timeout(patience);
  let place = url;
  for (let left = mostRedirects; left >= 0; left--) {
    refuseOpenWay(place, url);
    const answer = await ask(place, signal);
    const { statusCode = 0 } = answer;
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(statusCode) || location === undefined) {
      if (statusCode !== 200) throw new Stop(`${place.href} answers ${statusCode}; is the address right?`);
      return await readUpTo(longestBundle, answer, place);
    }
    answer.destroy();
    if (!URL.canParse(location, place.href))
      throw new Stop(`${place.href} leads on to ${location}, which is no address`);
    place = new URL(location, place);
  }
  throw new Stop(`${url.href} leads on more than ${mostRedirects} times; name the place where the file is`);
}

function refuseOpenWay(place: URL, first: URL): void {
  if (place.protocol === 'https:') return;
  if (place.protocol !== 'http:' || first.protocol === 'https:')
    throw new Stop(`${first.href} leads on to ${place.href}, which is not HTTPS`);
  if (!isLoopback(place.hostname))
    throw new Stop(
      `${place.href} is not encrypted, so anybody on the way could change the bundle; use https`,
      exitCodes.usage,
    );
  if (place === first)
    process.stderr.write(
      `chasqui: warning: ${place.href} is not encrypted; that is fine on this machine only\n`,
    );
}

async function ask(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const { get } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return await new Promise((resolve, reject) => {
    get(
      url,
      { signal, agent: false, headers: { accept: 'application/yaml, text/*;q=0.9, */*;q=0.5' } },
      resolve,
    ).on('error', (failed) => reject(notThere(url, failed)));
  });
}

async function readUpTo(most: number, answer: IncomingMessage, url: URL): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of answer) {
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > most) break;
    }
  } catch (failed) {
    throw notThere(url, failed as NodeJS.ErrnoException);
  }
  if (size > most) throw new Stop(`${url.href} is longer than a bundle file may be (${most} bytes)`);
  return Buffer.concat(parts);
}

function notThere(url: URL, failed: NodeJS.ErrnoException): Stop {
  const why = ['AbortError', 'TimeoutError'].includes(failed.name)
    ? 'no answer in time'
    : (failed.code ?? failed.message);
  return new Stop(`${url.href} cannot be fetched: ${why}`, exitCodes.unreachable);
}
