import type { DataSource, EntityManager } from 'typeorm';
import { admin } from './built-in-permissions.js';
import { problems } from './problems.js';

/**
 * Makes a change that could leave nobody to administer: in one transaction, one such change at a time across all instances,
 * and undone with a 409 if afterwards the group `admin` has no active member who is a person, or lost its role.
 */
export async function keepAnAdmin<T>(
  dataSource: DataSource,
  change: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  return dataSource.transaction(async (manager) => {
    const locked = await manager.query<unknown[]>(`select from groups where name = $1 for no key update`, [
      admin,
    ]);
    const result = await change(manager);
    if (locked.length > 0 && !(await someoneAdministers(manager))) throw problems.lastAdmin();
    return result;
  });
}

async function someoneAdministers(manager: EntityManager): Promise<boolean> {
  const found = await manager.query<unknown[]>(
    `select from group_members m
    join users u on u.id = m.user_id and u.active and u.kind = 'person'
    join group_roles gr on gr.group_name = m.group_name and gr.role_name = $1
    where m.group_name = $1
    limit 1`,
    [admin],
  );
  return found.length > 0;
}
