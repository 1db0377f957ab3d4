import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { comparePassword, hashPassword } from './password-hash.js';
import { weaknessOf } from './password-strength.js';
import { signInProblems } from './sign-in-problems.js';

/** Who a password is for, with the names that must not stand in it. */
export interface PasswordOwner {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly fullName?: string;
}

/** The passwords that people have, of which only hashes are kept. */
@Injectable()
export class Passwords {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  /** What to keep of a new password. @throws Problem 422 for one that is guessed too easily, and says what to do about it */
  async accepted(
    password: string,
    { username, email, fullName }: Omit<PasswordOwner, 'id'>,
  ): Promise<string> {
    const weakness = await weaknessOf(password, [username, email, fullName ?? '', 'chasqui']);
    if (weakness) throw signInProblems.weakPassword(weakness);
    return hashPassword(password);
  }

  /** @param phc what `accepted` gave */
  async keep(userId: string, phc: string, manager: EntityManager = this.dataSource.manager): Promise<void> {
    await manager.query(
      `insert into passwords (user_id, phc) values ($1, $2)
       on conflict (user_id) do update set phc = excluded.phc, changed_at = now()`,
      [userId, phc],
    );
  }

  /** Whether it is the password of this user. Takes as long for nobody (undefined) and for somebody who has none. */
  async isRight(userId: string | undefined, password: string): Promise<boolean> {
    const [row] = await this.dataSource.query<{ phc: string }[]>(
      'select phc from passwords where user_id = $1',
      [userId ?? nobody],
    );
    const compared = await comparePassword(password, row?.phc);
    if (compared === 'wrong') return false;
    if (compared === 'outdated') await this.renew(userId!, row!.phc, password);
    return true;
  }

  async has(userId: string): Promise<boolean> {
    const found = await this.dataSource.query<unknown[]>('select from passwords where user_id = $1', [
      userId,
    ]);
    return found.length > 0;
  }

  /** False where there was none. */
  async remove(userId: string, manager: EntityManager = this.dataSource.manager): Promise<boolean> {
    const [, removed] = await manager.query<[unknown[], number]>('delete from passwords where user_id = $1', [
      userId,
    ]);
    return removed > 0;
  }

  /** The same password at today's cost, unless it was changed meanwhile. */
  private async renew(userId: string, from: string, password: string): Promise<void> {
    await this.dataSource.query('update passwords set phc = $3 where user_id = $1 and phc = $2', [
      userId,
      from,
      await hashPassword(password),
    ]);
  }
}

const nobody = '00000000-0000-0000-0000-000000000000';
