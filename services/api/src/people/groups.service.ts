import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { admin } from './built-in-permissions.js';
import { Group, GroupMember, GroupRole } from './group.entity.js';
import {
  mustHoldAllOfGroup,
  mustHoldAllOfRole,
  mustNotMakeAdmins,
  type Giver,
} from './grant-only-what-you-hold.js';
import { keepAnAdmin } from './keep-an-admin.js';
import { problems } from './problems.js';
import { Role } from './role.entity.js';
import type { GroupShape } from './shapes.js';
import { idOf } from './users.service.js';

/** Groups, who is in them and what roles they have. Refusals are thrown as `Problem`. */
@Injectable()
export class GroupsService {
  constructor(private readonly dataSource: DataSource) {}

  async list(): Promise<GroupShape[]> {
    return this.read('true', []);
  }

  async get(group: string): Promise<GroupShape> {
    const [found] = await this.read('g.name = $1', [group]);
    if (!found) throw problems.unknownGroup(group);
    return found;
  }

  async create(group: string): Promise<GroupShape> {
    const { raw } = await this.dataSource
      .createQueryBuilder()
      .insert()
      .into(Group)
      .values({ name: group })
      .orIgnore()
      .returning('name')
      .execute();
    if ((raw as unknown[]).length === 0) throw problems.groupExists(group);
    return { name: group, members: [], roles: [] };
  }

  async delete(group: string, giver: Giver): Promise<void> {
    if (group === admin) throw problems.builtIn('group');
    await this.dataSource.transaction(async (manager) => {
      await mustNotMakeAdmins(manager, giver, group);
      const { affected } = await manager.delete(Group, { name: group });
      if (!affected) throw problems.unknownGroup(group);
    });
  }

  /** Adding a member twice is adding them once; who was brought by a claim stays from now on, whatever the claims say. */
  async addMember(group: string, username: string, giver: Giver): Promise<GroupShape> {
    await this.dataSource.transaction(async (manager) => {
      await mustExist(manager, group);
      const userId = await idOf(manager, username);
      await mustHoldAllOfGroup(manager, giver, group);
      await manager
        .createQueryBuilder()
        .insert()
        .into(GroupMember)
        .values({ group, userId, byClaim: false })
        .orUpdate(['by_claim'], ['user_id', 'group_name'])
        .execute();
    });
    return this.get(group);
  }

  async removeMember(group: string, username: string, giver: Giver): Promise<void> {
    await keepAnAdmin(this.dataSource, async (manager) => {
      await mustExist(manager, group);
      const userId = await idOf(manager, username);
      await mustNotMakeAdmins(manager, giver, group);
      const { affected } = await manager.delete(GroupMember, { group, userId });
      if (!affected) throw problems.notMember(group, username);
    });
  }

  async addRole(group: string, role: string, giver: Giver): Promise<GroupShape> {
    await this.dataSource.transaction(async (manager) => {
      await mustExist(manager, group);
      if (!(await manager.existsBy(Role, { name: role }))) throw problems.unknownRole(role);
      await mustHoldAllOfRole(manager, giver, role);
      await manager
        .createQueryBuilder()
        .insert()
        .into(GroupRole)
        .values({ group, role })
        .orIgnore()
        .execute();
    });
    return this.get(group);
  }

  async removeRole(group: string, role: string, giver: Giver): Promise<void> {
    await keepAnAdmin(this.dataSource, async (manager) => {
      await mustExist(manager, group);
      await mustNotMakeAdmins(manager, giver, group);
      const { affected } = await manager.delete(GroupRole, { group, role });
      if (!affected) throw problems.roleNotHeld(group, role);
    });
  }

  private async read(where: string, values: string[]): Promise<GroupShape[]> {
    return this.dataSource.query<GroupShape[]>(
      `select g.name,
        array(select u.username from group_members m join users u on u.id = m.user_id where m.group_name = g.name order by 1) as members,
        array(select gr.role_name from group_roles gr where gr.group_name = g.name order by 1) as roles
      from groups g where ${where} order by g.name`,
      values,
    );
  }
}

async function mustExist(manager: EntityManager, group: string): Promise<void> {
  if (!(await manager.existsBy(Group, { name: group }))) throw problems.unknownGroup(group);
}
