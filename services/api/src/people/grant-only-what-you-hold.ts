import { isSelectorFault, parseSelector, printSelector } from '@chasqui/relay-selection';
import type { DataSource } from 'typeorm';
import { admin } from './built-in-permissions.js';
import { cutToScopes } from './credentials.js';
import { problems } from './problems.js';
import { holdsEverywhere, printScoped, type LimitKind, type ScopedPermission } from './scoped-permission.js';
import { permissionsOf } from './who-sql.js';

/**
 * Nobody gives more than they have: not by a role, a group, a token or a chat identity, nor by letting somebody in again. Each of these
 * reads what the giver holds at this moment, in the transaction that then gives, and throws a 403 that names what is missing. Somebody with the
 * role `admin` may give everything; so only they may make others administrators.
 */

/** Who gives: a principal, or who asks for a command. */
export interface Giver {
  readonly id: string;
  readonly scopes?: readonly string[];
}

/** A permission that a role is to have, everywhere or for one thing. */
export interface Grant {
  readonly permission: string;
  readonly of?: LimitKind;
  readonly what?: string;
}

/** What somebody holds, or something gives. */
export interface Rights {
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly scoped: readonly ScopedPermission[];
}

type Db = Pick<DataSource, 'query'>;

export async function mustHoldGrant(db: Db, giver: Giver, { permission, of, what }: Grant): Promise<void> {
  const given =
    of && what !== undefined
      ? { roles: [], permissions: [], scoped: [{ permission, of, what }] }
      : { roles: [], permissions: [permission], scoped: [] };
  await mustHold(db, giver, given, problems.givesMore);
}

/** For whoever gives a role to a group. */
export async function mustHoldAllOfRole(db: Db, giver: Giver, role: string): Promise<void> {
  await mustHold(db, giver, await rightsOfRoles(db, 'select $1::text as name', role), problems.givesMore);
}

/** For whoever makes somebody a member of a group. */
export async function mustHoldAllOfGroup(db: Db, giver: Giver, group: string): Promise<void> {
  const roles = 'select role_name as name from group_roles where group_name = $1';
  await mustHold(db, giver, await rightsOfRoles(db, roles, group), problems.givesMore);
}

/**
 * For whoever does what would let them act as somebody: makes a token of theirs, sets their password, joins a chat identity or an external
 * subject to them, changes the e-mail address that they are known by, lets them in again.
 */
export async function mustHoldAllOfUser(db: Db, giver: Giver, username: string): Promise<void> {
  const user = 'select id from users where username = $1';
  const given = await rightsOfUser(db, user, username);
  await mustHold(db, giver, given, (missing) => problems.actsAs(username, missing));
}

/** For whoever gets an adapter's token: with it they say what they like in the name of everybody who is somebody in that chat. */
export async function mustHoldAllOfAdapter(db: Db, giver: Giver, adapter: string): Promise<void> {
  const everybody = await db.query<Rights[]>(
    `select held.roles, held.permissions, held.scoped from (select distinct user_id as id from chat_identities where adapter = $1) u
     cross join ${permissionsOf('u.id')} held`,
    [adapter],
  );
  await mustHold(db, giver, together(everybody), (missing) => problems.speaksFor(adapter, missing));
}

/** For whoever takes something from somebody or keeps them out: of administrators only administrators may. */
export async function mustNotBeAnAdmin(db: Db, giver: Giver, username: string): Promise<void> {
  const { roles } = await rightsOfUser(db, 'select id from users where username = $1', username);
  if (roles.includes(admin) && !administers(await heldBy(db, giver), giver))
    throw problems.ofAnAdmin(username);
}

/** For whoever takes something from a group, or the group from everybody: if it makes administrators, only they may. */
export async function mustNotMakeAdmins(db: Db, giver: Giver, group: string): Promise<void> {
  const { roles } = await rightsOfRoles(
    db,
    'select role_name as name from group_roles where group_name = $1',
    group,
  );
  if (roles.includes(admin)) await mustBeAnAdmin(db, giver, () => problems.makesAdmins(`The group ${group}`));
}

/** For what only an administrator may do. */
export async function mustBeAnAdmin(db: Db, giver: Giver, otherwise: () => Error): Promise<void> {
  if (!administers(await heldBy(db, giver), giver)) throw otherwise();
}

async function mustHold(
  db: Db,
  giver: Giver,
  given: Rights,
  problem: (missing: readonly string[]) => Error,
): Promise<void> {
  const held = await heldBy(db, giver);
  const missing = administers(held, giver) ? [] : missingFrom(held, given);
  if (missing.length > 0) throw problem(missing);
}

/** What of some rights somebody who is no administrator does not hold, in words. */
function missingFrom(held: Rights, given: Rights): string[] {
  return [
    ...(given.roles.includes(admin) ? [`the role ${admin}`] : []),
    ...given.permissions.filter((permission) => !holdsEverywhere(held, permission)),
    ...given.scoped
      .filter(
        (one) => !holdsEverywhere(held, one.permission) && !held.scoped.some((mine) => isWithin(one, mine)),
      )
      .map(printScoped),
  ];
}

/** Whether a limited permission gives nothing that another does not. A selector lies within another if it asks for all that the other asks for. */
function isWithin(inner: ScopedPermission, outer: ScopedPermission): boolean {
  if (inner.permission !== outer.permission || inner.of !== outer.of) return false;
  if (inner.what === outer.what) return true;
  if (inner.of !== 'relay') return false;
  const [asked, enough] = [requirementsOf(inner.what), requirementsOf(outer.what)];
  return asked !== undefined && enough !== undefined && [...enough].every((one) => asked.has(one));
}

function requirementsOf(text: string): ReadonlySet<string> | undefined {
  const selector = parseSelector(text);
  if (isSelectorFault(selector)) return undefined;
  return new Set(selector.requirements.map((one) => printSelector({ requirements: [one] })));
}

function together(all: readonly Rights[]): Rights {
  return {
    roles: [...new Set(all.flatMap(({ roles }) => roles))],
    permissions: [...new Set(all.flatMap(({ permissions }) => permissions))].toSorted(),
    scoped: all.flatMap(({ scoped }) => scoped),
  };
}

function administers({ roles }: Rights, { scopes }: Giver): boolean {
  return scopes === undefined && roles.includes(admin);
}

async function heldBy(db: Db, { id, scopes }: Giver): Promise<Rights> {
  const held = await rightsOfUser(db, 'select id from users where id = $1 and active', id);
  return cutToScopes(held, scopes);
}

const nothing: Rights = { roles: [], permissions: [], scoped: [] };

async function rightsOfUser(db: Db, user: string, value: string): Promise<Rights> {
  const [rights] = await db.query<Rights[]>(
    `select held.roles, held.permissions, held.scoped from (${user}) u cross join ${permissionsOf('u.id')} held`,
    [value],
  );
  return rights ?? nothing;
}

async function rightsOfRoles(db: Db, roles: string, value: string): Promise<Rights> {
  const rows = await db.query<
    { role: string; permission: string | null; limited_to: LimitKind | ''; what: string }[]
  >(
    `select r.name as role, rp.permission, rp.limited_to, rp.what from (${roles}) r
    left join role_permissions rp on rp.role_name = r.name order by rp.permission, rp.limited_to, rp.what`,
    [value],
  );
  return {
    roles: [...new Set(rows.map(({ role }) => role))],
    permissions: [
      ...new Set(rows.flatMap((row) => (row.permission && row.limited_to === '' ? row.permission : []))),
    ],
    scoped: rows.flatMap(({ permission, limited_to: of, what }) =>
      permission && of !== '' ? { permission, of, what } : [],
    ),
  };
}
