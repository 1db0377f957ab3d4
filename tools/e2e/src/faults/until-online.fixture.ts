import { until } from '../until.fixture.js';
import { relayNames } from './member-parts.fixture.js';
import type { Member } from './member.fixture.js';

/**
 * Until every relay is online for every instance of the API, within two minutes; given up at once where a process has ended by itself.
 * @throws Error with what is amiss, how each process is, and what each wrote last
 */
export async function untilOnline(members: readonly Member[], token: string | undefined): Promise<void> {
  let amiss: string[] = [];
  const look = async () => {
    const apis = members.filter(({ kind }) => kind === 'api');
    amiss = (await Promise.all(apis.map((api) => notOnline(api, token)))).flat();
    return amiss.length === 0 || members.some(({ fell }) => fell.length > 0);
  };
  await until(look, 120_000).catch(() => undefined);
  if (amiss.length === 0) return;
  const conditions = members.map(({ condition }) => condition);
  const ends = members.map(({ name, log }) => `--- ${name} wrote last:\n${log.slice(-2000)}`);
  throw new Error(['not all relays are online', ...amiss, ...conditions, ...ends].join('\n'));
}

/** What this instance says of relays that are not online, or that it says nothing. */
async function notOnline({ name, parts: { url } }: Member, token: string | undefined): Promise<string[]> {
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/relays`, { headers, signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) return [`${name} answers ${answer.status}: ${await answer.text()}`];
    const { relays } = (await answer.json()) as { relays: { name: string; state: string }[] };
    const states = new Map(relays.map((one) => [one.name, one.state]));
    return relayNames
      .filter((relay) => states.get(relay) !== 'online')
      .map((relay) => `${name} says that ${relay} is ${states.get(relay) ?? 'not there'}`);
  } catch (error) {
    const { message, cause } = error as Error;
    return [`${name} does not answer HTTP: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}`];
  }
}
