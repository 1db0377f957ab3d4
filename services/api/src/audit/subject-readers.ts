import type { Asked, SubjectReader } from './subjects.service.js';

/**
 * How everything that is changed over REST stands, without what is secret about it. Each is one read that gives one JSON value; where there is no
 * such thing it gives none.
 */
export const subjectReaders: Readonly<Record<string, SubjectReader>> = {
  user: read(
    part('username'),
    `select jsonb_build_object('username', u.username, 'email', u.email, 'fullName', u.full_name, 'active', u.active, 'kind', u.kind,
       'groups', (select coalesce(jsonb_agg(m.group_name order by m.group_name), '[]') from group_members m where m.user_id = u.id),
       'identities', (select coalesce(jsonb_agg(jsonb_build_object('adapter', i.adapter, 'workspace', i.workspace, 'id', i.external_id)
          order by i.adapter, i.workspace), '[]') from chat_identities i where i.user_id = u.id),
       'subjects', (select coalesce(jsonb_agg(jsonb_build_object('issuer', x.issuer, 'subject', x.subject) order by x.issuer), '[]')
          from external_subjects x where x.user_id = u.id),
       'password', (select jsonb_build_object('changedAt', p.changed_at) from passwords p where p.user_id = u.id)) as state
     from users u where u.username = $1`,
  ),
  group: read(
    part('group', 'name'),
    `select jsonb_build_object('name', g.name,
       'members', (select coalesce(jsonb_agg(u.username order by u.username), '[]') from group_members m join users u on u.id = m.user_id
          where m.group_name = g.name),
       'roles', (select coalesce(jsonb_agg(r.role_name order by r.role_name), '[]') from group_roles r where r.group_name = g.name),
       'claims', (select coalesce(jsonb_agg(c.claim order by c.claim), '[]') from group_claims c where c.group_name = g.name)) as state
     from groups g where g.name = $1`,
  ),
  role: read(
    part('role', 'name'),
    `select jsonb_build_object('name', r.name,
       'permissions', (select coalesce(jsonb_agg(concat_ws(' of ', p.permission, nullif(concat_ws(' ', nullif(p.limited_to, ''), nullif(p.what, '')), ''))
          order by p.permission, p.limited_to, p.what), '[]') from role_permissions p where p.role_name = r.name)) as state
     from roles r where r.name = $1`,
  ),
  permission: read(
    part('name', 'permission'),
    `select jsonb_build_object('name', name, 'description', description) as state from site_permissions where name = $1`,
  ),
  token: read(
    ({ params, body, asker }) => {
      const name = text(params['name']) ?? text((body as Fields)?.['name']);
      const owner = text(params['username']) ?? asker?.username;
      return name !== undefined && owner !== undefined ? `${owner}/${name}` : undefined;
    },
    `select jsonb_build_object('user', u.username, 'name', t.name, 'prefix', t.prefix, 'expiresAt', t.expires_at, 'scopes', t.scopes) as state
     from api_tokens t join users u on u.id = t.user_id
     where u.username = split_part($1, '/', 1) and t.name = split_part($1, '/', 2)`,
  ),
  // A line with a secret in it becomes no alias; one that did stands in what is after.
  alias: without(
    ['line'],
    read(
      ({ params, query, body, asker }) => {
        const site = query['site'] === 'true' || (body as Fields)?.['site'] === true;
        const name = text(params['name']);
        return name === undefined ? undefined : `${site ? 'site' : (asker?.username ?? '')}/${name}`;
      },
      `select jsonb_build_object('name', a.name, 'line', a.line, 'owner', u.username) as state
       from aliases a left join users u on u.id = a.owner
       where a.name = split_part($1, '/', 2) and coalesce(u.username, 'site') = split_part($1, '/', 1)`,
    ),
  ),
  schedule: without(
    ['line'],
    read(
      ({ params, query, body, asker }) => {
        const name = text(params['name']) ?? text((body as Fields)?.['name']);
        const owner = text(query['user']) ?? asker?.username;
        return name !== undefined && owner !== undefined ? `${owner}/${name}` : undefined;
      },
      `select jsonb_build_object('name', s.name, 'owner', u.username, 'when', s.cron || ' ' || s.zone, 'line', s.line, 'missed', s.missed,
         'scopes', s.scopes, 'place', s.place, 'pausedAt', s.paused_at, 'pausedBy', s.paused_by, 'pausedCode', s.paused_code,
         'nextAt', s.next_at) as state
       from schedules s join users u on u.id = s.owner
       where u.username = split_part($1, '/', 1) and s.name = split_part($1, '/', 2)`,
    ),
  ),
  bundle: read(
    part('name', 'bundle'),
    `select jsonb_build_object('name', $1::text, 'enabled', max(version) filter (where enabled),
       'versions', jsonb_agg(jsonb_build_object('version', version, 'sha256', sha256, 'by', installed_by) order by version)) as state
     from bundles where name = $1 having count(*) > 0`,
  ),
  relay: read(
    part('name', 'relay'),
    `select jsonb_build_object('name', r.name, 'tags', r.tags, 'disabledAt', r.disabled_at, 'revokedAt', r.revoked_at,
       'drainAt', r.drain_at, 'drainNote', r.drain_note, 'pausedAt', r.paused_at, 'pauseNote', r.pause_note,
       'tokens', (select coalesce(jsonb_agg(jsonb_build_object('n', c.n, 'createdAt', c.created_at, 'until', c.until) order by c.n), '[]')
          from credentials c where c.of = 'relay' and c.name = r.name)) as state
     from relays r where r.name = $1`,
  ),
  adapter: read(
    part('name', 'adapter'),
    `select jsonb_build_object('name', a.name, 'workspaces', a.workspaces, 'revokedAt', a.revoked_at,
       'tokens', (select coalesce(jsonb_agg(jsonb_build_object('n', c.n, 'createdAt', c.created_at, 'until', c.until) order by c.n), '[]')
          from credentials c where c.of = 'adapter' and c.name = a.name)) as state
     from adapters a where a.name = $1`,
  ),
  'site-rule': read(
    part('name'),
    `select jsonb_build_object('name', name, 'on', applies_to, 'rule', rule, 'enabled', enabled) as state from site_rules where name = $1`,
  ),
  'protected-relays': read(
    part('selector'),
    `select jsonb_build_object('selector', selector, 'protectedBy', protected_by) as state from protected_relays where selector = $1`,
  ),
  'protected-tag': read(
    part('tag'),
    `select jsonb_build_object('tag', tag, 'protectedBy', protected_by) as state from protected_tags where tag = $1`,
  ),
  channel: read(
    part('channel'),
    `select jsonb_build_object('channel', channel, 'selector', selector, 'setBy', set_by) as state
     from channel_relays where channel = $1 or channel_name = $1`,
  ),
  config: without(
    ['value'],
    read(
      ({ params }) => {
        const [bundle, key] = [text(params['bundle']), text(params['key'])];
        return bundle !== undefined && key !== undefined ? `${bundle}/${key}` : bundle;
      },
      `select jsonb_agg(jsonb_build_object('layer', layer, 'owner', coalesce(owner_name, owner), 'secret', secret,
         'value', case when secret then '(masked)' else value end) order by layer, owner) as state
       from configuration where bundle = split_part($1, '/', 1) and key = split_part($1, '/', 2)`,
    ),
  ),
  run: read(
    part('id'),
    `select jsonb_build_object('line', r.line, 'user', r.username, 'status', r.status, 'cancelRequestedBy', r.cancel_requested_by,
       'cancelRequestedAt', r.cancel_requested_at) as state from runs r where r.id = $1`,
  ),
  session: read(
    part('username'),
    `select jsonb_build_object('sessions', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'kind', s.kind, 'createdAt', s.created_at)
       order by s.created_at), '[]') from sessions s where s.user_id = u.id)) as state
     from users u where u.username = $1`,
  ),
  'own-identities': read(
    ({ asker }) => asker?.username,
    `select jsonb_build_object('identities', (select coalesce(jsonb_agg(jsonb_build_object('adapter', i.adapter, 'workspace', i.workspace,
       'id', i.external_id) order by i.adapter, i.workspace), '[]') from chat_identities i where i.user_id = u.id)) as state
     from users u where u.username = $1`,
  ),
  'store-entry': read(
    ({ params, query }) => {
      const names = [params['bundle'], params['scope'], query['owner'] ?? '', params['key']].map(text);
      return names.some((one) => one === undefined) ? undefined : names.join('/');
    },
    `select jsonb_build_object('key', key, 'type', type, 'bytes', length(value), 'version', version) as state
     from store_entries where bundle = split_part($1, '/', 1) and scope = split_part($1, '/', 2)
       and owner = split_part($1, '/', 3) and key = split_part($1, '/', 4)`,
  ),
};

type Fields = Readonly<Record<string, unknown>> | null | undefined;

/** A reader of what one statement of one parameter, its name, finds. */
function read(name: SubjectReader['name'], sql: string): SubjectReader {
  return {
    name,
    read: async (db, of) => {
      const [row] = await db.query<{ state: unknown }[]>(sql, [of]);
      return row?.state ?? undefined;
    },
  };
}

/** The same, without these fields of what was asked: a value may be secret, and only the table knows. */
function without(unkept: readonly string[], reader: SubjectReader): SubjectReader {
  return { ...reader, unkept };
}

/** The first of these that stands in the path, or in the body. */
function part(...names: string[]): SubjectReader['name'] {
  return ({ params, body }: Asked) => {
    for (const from of [params, body as Fields])
      for (const name of names) {
        const found = text(from?.[name]);
        if (found !== undefined) return found;
      }
    return undefined;
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
