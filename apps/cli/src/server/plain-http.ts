import { exitCodes, Stop } from '../stop.js';

/**
 * Stands before anything secret is sent: a token, a password. Over plain HTTP it goes to this machine alone; to another one only where
 * somebody insists.
 * @returns what is to be said all the same, if it goes
 * @throws Stop that says what to do instead
 */
export function refusePlainHttp(url: URL, insecure: boolean): string | undefined {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return undefined;
  if (insecure)
    return `warning: what you send to ${url.host} goes unencrypted; everybody on the way can read and change it`;
  throw new Stop(
    `${url.host} is asked over plain HTTP, and everybody on the way could read your token; use https://${url.host}, or --insecure if you must`,
    exitCodes.usage,
  );
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
