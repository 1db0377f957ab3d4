import type { Command } from 'commander';
import { session } from '../session.js';
import { exitCodes } from '../stop.js';
import { table } from '../terminal/table.js';

/** `chasqui secrets …` */
export function define(secrets: Command): void {
  secrets
    .command('status')
    .description('how many stored secrets are encrypted with which key')
    .action(async (_: unknown, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<SecretsStatus>('/secrets'), statusInWords);
    });
  secrets
    .command('reencrypt')
    .description('encrypt all of them anew with the current key, while the service runs')
    .action(async (_: unknown, command: Command) => {
      const { api, show } = session(command);
      let reencrypted = 0;
      const unreadable: ReencryptedSecrets['unreadable'][number][] = [];
      for (let after: string | undefined, more = true; more;) {
        const batch = await api.post<ReencryptedSecrets>(
          '/secrets/reencrypt',
          after === undefined ? {} : { after },
        );
        reencrypted += batch.reencrypted;
        unreadable.push(...batch.unreadable);
        after = batch.next;
        more = after !== undefined;
      }
      show({ reencrypted, unreadable }, doneInWords);
      if (unreadable.length > 0) process.exitCode = exitCodes.failed;
    });
}

function statusInWords({ keys, secrets }: SecretsStatus): string {
  const [current] = keys;
  const known = (key: string) =>
    key === current
      ? 'current'
      : key === 'v1'
        ? 'stored before keys had names'
        : keys.includes(key)
          ? 'previous'
          : 'NOT KNOWN here';
  const told = table(
    ['secrets', 'key', '', 'how many'],
    secrets.map(({ of, key, count }) => [of, key, known(key), String(count)]),
  );
  const left = secrets.filter(({ key }) => key !== current).reduce((sum, { count }) => sum + count, 0);
  const next =
    left > 0
      ? `${left} of them still need an earlier key; "chasqui secrets reencrypt" encrypts them anew`
      : 'no earlier key is needed any more; CHASQUI_PREVIOUS_SECRET_KEYS may be emptied';
  return [`the current key is ${current}`, ...(secrets.length > 0 ? [told] : []), next].join('\n');
}

function doneInWords({ reencrypted, unreadable }: ReencryptedSecrets): string {
  const lost = unreadable.map(({ of, row }) => `no key opens this one of ${of}: ${row}`);
  const mend = 'give the key it was encrypted with in CHASQUI_PREVIOUS_SECRET_KEYS, or set it anew';
  return [`${reencrypted} encrypted anew`, ...lost, ...(lost.length > 0 ? [mend] : [])].join('\n');
}

/** What stored secrets are encrypted with. */
interface SecretsStatus {
  /** Ids, the current one first. */
  readonly keys: readonly string[];
  readonly secrets: readonly { readonly of: string; readonly key: string; readonly count: number }[];
}

interface ReencryptedSecrets {
  readonly reencrypted: number;
  readonly unreadable: readonly { readonly of: string; readonly row: string }[];
  readonly next?: string;
}
