import { refusal, type Refusal } from '@chasqui/contracts';
import type { DataRecord, Records } from '@chasqui/filters';
import { onRelays } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Ask } from '../built-ins/built-in.js';
import { builtInHelp } from '../built-ins/names.js';
import { relaysOf } from './audit-shapes.js';
import { readLog } from './read-log.js';

/** What `logs` may be asked for, and the column that has it. */
const columns: Readonly<Record<string, string>> = {
  user: 'username',
  command: 'command',
  relay: 'relay',
  channel: 'channel',
  status: 'status',
};
const others = 'chasqui:read-audit';
const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `logs`: the audit log of commands in chat. Everybody sees their own; the others' (`user=NAME`, `user=all`) need the permission. */
@Injectable()
export class LogsCommand {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async records({ words, asker, known }: Ask): Promise<Records | Refusal> {
    const asked = readWords(words, known.now);
    if (!asked) return refusal('bad-usage', { usage: builtInHelp.logs.usage });
    const { user, ...rest } = asked.given;
    // `all` is everybody, also to somebody who is called so: without the permission it would be their own name.
    const ofAll = user === 'all';
    if ((ofAll || (user !== undefined && user !== asker.username)) && !asker.permissions.has(others))
      return refusal('not-permitted', { permission: others });
    const where = Object.fromEntries(Object.entries(rest).map(([name, value]) => [columns[name]!, value]));
    const rows = await readLog(this.dataSource, 'command', {
      where: { ...where, ...(!ofAll && { username: user ?? asker.username }) },
      ...(!asker.permissions.has(others) && { userId: asker.id }),
      limit: asked.limit,
      ...(asked.since !== undefined && { since: asked.since }),
    });
    const records = rows.map(({ id, content }): DataRecord => {
      const { acceptedAt, user: who, channel, command, status, line } = content as Record<string, never>;
      const relays = relaysOf(content);
      const relay = onRelays(relays[0], relays.length);
      const username = (who as { username?: string } | undefined)?.username ?? null;
      return withoutUndefined({ id, at: acceptedAt, user: username, channel, command, relay, status, line });
    });
    return {
      records,
      view: { kind: 'table', columns: ['at', 'user', 'channel', 'relay', 'status', 'line'] },
    };
  }
}

interface Asked {
  readonly given: Readonly<Record<string, string>>;
  readonly limit: number;
  /** Milliseconds since the epoch. */
  readonly since?: number;
}

/** Undefined where a word is none of those. */
function readWords(words: readonly string[], now: number): Asked | undefined {
  const given: Record<string, string> = {};
  let limit = 10;
  let since: number | undefined;
  for (const word of words) {
    const [, name = '', value = ''] = /^([a-z]+)=(.+)$/s.exec(word) ?? [];
    if (/^[1-9]\d{0,2}$/.test(word)) limit = Math.min(Number(word), 500);
    else if (name === 'since') {
      const [, amount, unit] = /^(\d{1,5})([mhdw])$/.exec(value) ?? [];
      since = unit ? now - Number(amount) * units[unit]! : Date.parse(value);
      if (Number.isNaN(since)) return undefined;
    } else if (Object.hasOwn(columns, name)) given[name] = value;
    else return undefined;
  }
  return { given, limit, ...(since !== undefined && { since }) };
}

function withoutUndefined(record: Readonly<Record<string, unknown>>): DataRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as DataRecord;
}
