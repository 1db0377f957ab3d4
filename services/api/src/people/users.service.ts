import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { keptWhile } from '../kept-while.js';
import { Revisions } from '../revisions.service.js';
import { ChatIdentity } from './chat-identity.entity.js';
import { mustHoldAllOfUser, mustNotBeAnAdmin, type Giver } from './grant-only-what-you-hold.js';
import { keepAnAdmin } from './keep-an-admin.js';
import { problems } from './problems.js';
import type { NewIdentity, NewUser, UserChange, UserShape } from './shapes.js';
import { User } from './user.entity.js';

/** Users and who they are in chats. Refusals are thrown as `Problem`. */
@Injectable()
export class UsersService {
  /** The same as `get`, and quick; a quarter of a second old at most. */
  readonly shown: (username: string) => Promise<UserShape>;

  constructor(
    private readonly dataSource: DataSource,
    revisions: Revisions,
  ) {
    this.shown = keptWhile(revisions, 'people', (username) => this.get(username));
  }

  async list(): Promise<UserShape[]> {
    return this.read('true', []);
  }

  async get(username: string): Promise<UserShape> {
    const [user] = await this.read('u.username = $1', [username]);
    if (!user) throw problems.unknownUser(username);
    return user;
  }

  /** It holds nothing until it is put into a group. */
  async create({ email = '', ...user }: NewUser): Promise<UserShape> {
    const { raw } = await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(User)
      .values({ ...user, email })
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length === 0) throw problems.usernameTaken(user.username);
    return this.get(user.username);
  }

  /**
   * Changes what is given and leaves the rest: groups, tokens and identities stay. Whoever lets somebody in again, or says by which e-mail address
   * an identity provider knows them, must hold all that they hold; administrators are otherwise changed by administrators alone.
   */
  async change(username: string, change: UserChange, giver: Giver): Promise<UserShape> {
    if (Object.keys(change).length > 0) {
      await keepAnAdmin(this.dataSource, async (manager) => {
        await idOf(manager, username);
        const opens = change.email !== undefined || change.active === true;
        await (opens ? mustHoldAllOfUser : mustNotBeAnAdmin)(manager, giver, username);
        await manager.update(User, { username }, change);
      });
    }
    return this.get(username);
  }

  /** With all tokens and identities; what the user ran stays in the log. */
  async delete(username: string, giver: Giver): Promise<void> {
    await keepAnAdmin(this.dataSource, async (manager) => {
      await mustNotBeAnAdmin(manager, giver, username);
      const { affected } = await manager.delete(User, { username });
      if (!affected) throw problems.unknownUser(username);
    });
  }

  /** Joins somebody in a chat to a user, in the place of who was joined there before. Whoever says so must hold all that the user holds. */
  async identify(
    username: string,
    adapter: string,
    { id, workspace }: NewIdentity,
    giver: Giver,
  ): Promise<UserShape> {
    await this.dataSource.transaction(async (manager) => {
      const userId = await personOf(manager, username);
      await mustHoldAllOfUser(manager, giver, username);
      await manager.delete(ChatIdentity, { userId, adapter, workspace });
      const identity = { adapter, workspace, externalId: id, userId };
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(ChatIdentity)
        .values(identity)
        .orIgnore()
        .returning('adapter')
        .execute();
      if ((raw as unknown[]).length > 0) return;
      const owner = await ownerOf(manager, identity);
      if (owner !== username) throw problems.identityTaken(adapter, id, owner);
    });
    return this.get(username);
  }

  /** @param workspace only there; without it, wherever the adapter goes */
  async forget(
    username: string,
    adapter: string,
    workspace: string | undefined,
    giver: Giver,
  ): Promise<void> {
    const userId = await idOf(this.dataSource.manager, username);
    if (userId !== giver.id) await mustNotBeAnAdmin(this.dataSource, giver, username);
    const { affected } = await this.dataSource.manager.delete(ChatIdentity, {
      userId,
      adapter,
      ...(workspace !== undefined && { workspace }),
    });
    if (!affected) throw problems.unknownIdentity(username, adapter);
  }

  private async read(where: string, values: string[]): Promise<UserShape[]> {
    const rows = await this.dataSource.query<UserRow[]>(
      `select u.id, u.username, u.email, u.full_name, u.active, u.kind, u.created_at,
        array(select m.group_name from group_members m where m.user_id = u.id order by 1) as groups,
        (select coalesce(jsonb_agg(
            jsonb_build_object('adapter', i.adapter, 'workspace', i.workspace, 'id', i.external_id) order by i.adapter, i.workspace
          ), '[]') from chat_identities i where i.user_id = u.id) as identities,
        (select coalesce(jsonb_agg(jsonb_build_object('issuer', s.issuer, 'subject', s.subject) order by s.issuer), '[]')
          from external_subjects s where s.user_id = u.id) as subjects
      from users u where ${where} order by u.username`,
      values,
    );
    return rows.map(toShape);
  }
}

/** @throws Problem 404 */
export async function idOf(manager: EntityManager, username: string): Promise<string> {
  const user = await manager.findOne(User, { where: { username }, select: { id: true } });
  if (!user) throw problems.unknownUser(username);
  return user.id;
}

/** @throws Problem 404, or 422 for a service account */
async function personOf(manager: EntityManager, username: string): Promise<string> {
  const user = await manager.findOne(User, { where: { username }, select: { id: true, kind: true } });
  if (!user) throw problems.unknownUser(username);
  if (user.kind === 'service') throw problems.notForService(username, 'it cannot be somebody in a chat');
  return user.id;
}

async function ownerOf(
  manager: EntityManager,
  { adapter, workspace, externalId }: Pick<ChatIdentity, 'adapter' | 'workspace' | 'externalId'>,
): Promise<string> {
  const identity = await manager.findOneBy(ChatIdentity, { adapter, workspace, externalId });
  const owner = identity && (await manager.findOneBy(User, { id: identity.userId }));
  return owner?.username ?? 'somebody else';
}

interface UserRow {
  id: string;
  username: string;
  email: string;
  full_name: string;
  active: boolean;
  kind: 'person' | 'service';
  created_at: Date;
  groups: string[];
  identities: { adapter: string; workspace: string; id: string }[];
  subjects: { issuer: string; subject: string }[];
}

function toShape({ full_name, created_at, identities, ...user }: UserRow): UserShape {
  return {
    ...user,
    fullName: full_name,
    identities: identities.map(({ workspace, ...identity }) =>
      workspace === '' ? identity : { ...identity, workspace },
    ),
    createdAt: created_at.toISOString(),
  };
}
