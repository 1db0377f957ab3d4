import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Events } from '../events.js';
import { Problem } from '../http/problem.js';
import { keepAnAdmin } from '../people/keep-an-admin.js';
import { Revisions } from '../revisions.service.js';
import type { OidcConfig } from './oidc-config.js';

/** Makes somebody a member of the groups that their claims stand for, and of those alone: who was put into a group by hand stays there. */
@Injectable()
export class ClaimedGroups {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly events: Events,
    private readonly revisions: Revisions,
  ) {}

  /** @param claimed what the provider says; nothing is a list without anything in it */
  async settle(
    user: { readonly id: string; readonly username: string },
    claimed: readonly string[],
    config: Pick<OidcConfig, 'groups'>,
  ): Promise<void> {
    const wanted = await this.groupsFor(claimed, config);
    const [{ groups: has = [] } = {}] = await this.dataSource.query<{ groups?: string[] }[]>(
      `select array_agg(group_name) filter (where by_claim) as groups from group_members where user_id = $1 having count(*) > 0`,
      [user.id],
    );
    const stale = (has ?? []).filter((group) => !wanted.includes(group));
    const added = await this.dataSource.transaction((manager) => add(manager, user.id, wanted));
    const removed: string[] = [];
    for (const group of stale) if (await this.remove(user.id, group)) removed.push(group);
    if (added.length === 0 && removed.length === 0) return;
    this.revisions.forget();
    this.events.signIn.groupsClaimed(user.username, added, removed);
  }

  /** Those that are mapped, by the settings or by an administrator, and that there are. */
  private async groupsFor(
    claimed: readonly string[],
    { groups }: Pick<OidcConfig, 'groups'>,
  ): Promise<string[]> {
    const bySettings = groups.filter(({ claim }) => claimed.includes(claim)).map(({ group }) => group);
    const rows = await this.dataSource.query<{ name: string }[]>(
      `select name from groups where name = any($1)
       union select group_name from group_claims where claim = any($2)`,
      [bySettings, claimed],
    );
    return rows.map(({ name }) => name);
  }

  /** The last administrator stays one, whatever the provider says: false then. */
  private async remove(userId: string, group: string): Promise<boolean> {
    try {
      return await keepAnAdmin(this.dataSource, async (manager) => {
        const [, removed] = await manager.query<[unknown[], number]>(
          'delete from group_members where user_id = $1 and group_name = $2 and by_claim',
          [userId, group],
        );
        return removed > 0;
      });
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      this.events.signIn.lastAdminKept(group);
      return false;
    }
  }
}

async function add(manager: EntityManager, userId: string, groups: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ group_name: string }[]>(
    `insert into group_members (group_name, user_id, by_claim)
     select name, $1, true from groups where name = any($2)
     on conflict do nothing returning group_name`,
    [userId, groups],
  );
  return rows.map(({ group_name }) => group_name);
}
