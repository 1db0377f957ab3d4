import type { CommandLine, Word } from '@chasqui/command-language';
import type { DataSource } from 'typeorm';
import type { KnownPerson } from './known.js';
import type { PlanStage } from './plan.js';
import { storable } from '../storable.js';
import { takesNames } from './takes-names.js';

/** A chat, and the workspace of it that somebody spoke in. */
export interface ChatPlace {
  readonly adapter: string;
  readonly workspace?: string | null;
}

/** So many names are looked up at once: a stage's records may name somebody each, in a few of their fields. */
const mostNames = 10_000;
/** No name is longer, in UTF-16 units; an e-mail address may be as long (RFC 5321 §4.5.3.1.3). */
const longestName = 254;

/** The active users among these names, by the name as given: a user name, or an e-mail address; with who they are in this chat. */
export async function peopleNamed(
  dataSource: Pick<DataSource, 'query'>,
  names: Iterable<string>,
  place: ChatPlace,
): Promise<Map<string, KnownPerson>> {
  const asked = [...new Set(names)].slice(0, mostNames);
  if (asked.length === 0) return new Map();
  const rows: { username: string; email: string; external_id: string | null }[] = await dataSource.query(
    `select u.username, u.email, min(i.external_id) as external_id from users u
     left join chat_identities i on i.user_id = u.id and i.adapter = $2 and i.workspace = $3
     where u.active and (u.username = any($1) or u.email = any($1)) group by u.id, u.username, u.email`,
    [asked.map(storable), place.adapter, place.workspace ?? ''],
  );
  const people = rows.map((row): [string, string, KnownPerson] => [
    row.username,
    row.email,
    { username: row.username, externalId: row.external_id ?? undefined },
  ]);
  return new Map(
    people.flatMap(([username, email, person]) => [[email, person] as const, [username, person] as const]),
  );
}

/** The rooms of this chat that Chasqui was spoken to in, name to id; of two with one name the one it heard from last. */
export async function roomsNamed(
  dataSource: Pick<DataSource, 'query'>,
  names: Iterable<string>,
  place: ChatPlace,
): Promise<Map<string, string>> {
  const asked = [...new Set(names)].slice(0, mostNames);
  if (asked.length === 0) return new Map();
  const rows: { name: string; id: string }[] = await dataSource.query(
    `select name, id from rooms where adapter = $2 and workspace = $3 and name = any($1) order by seen_at`,
    [asked.map(storable), place.adapter, place.workspace ?? ''],
  );
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** Remembers a room by its name. */
export async function sawRoom(
  dataSource: Pick<DataSource, 'query'>,
  place: ChatPlace,
  room: { readonly id: string; readonly name: string },
): Promise<void> {
  await dataSource.query(
    `insert into rooms (adapter, workspace, id, name) values ($1, $2, $3, $4)
     on conflict (adapter, workspace, id) do update set name = $4, seen_at = now()`,
    [place.adapter, place.workspace ?? '', room.id, room.name].map(storable),
  );
}

/** Every word of a line that may be somebody's or some room's name, without its sign. */
export function namesIn({ stages, redirects }: CommandLine): string[] {
  const targets = redirects.map((redirect) => redirect.name ?? '');
  return [...stages.flatMap(valuesIn), ...targets].map(withoutSign).filter((name) => name !== '');
}

/** The same for stages that are given records: what stands in their words, and in the records that fill them. */
export function namesInRecords(
  stages: readonly PlanStage[],
  records: readonly Readonly<Record<string, unknown>>[],
): string[] {
  const commands = stages
    .filter((stage) => stage.kind === 'command')
    .filter(({ command }) => takesNames(command));
  if (commands.length === 0) return [];
  const typed = commands.flatMap(valuesIn);
  const given = records.flatMap(textsIn).flatMap((text) => text.split(','));
  return [...typed, ...given].map(withoutSign).filter((name) => name !== '' && name.length <= longestName);
}

/** What is typed as a value, or as an item of one. */
function valuesIn({ words }: { readonly words: readonly Word[] }): string[] {
  return words.flatMap(({ text }) => text.replace(/^--?[^=]*=/, '').split(','));
}

/** Every text in a record, however deep: a variable may take it from there. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function withoutSign(name: string): string {
  return name.replace(/^[@#]/, '');
}
