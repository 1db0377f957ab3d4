import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { Events } from '../events.js';
import { CONFIG } from '../parts.js';
import { storable } from '../storable.js';
import { SignInFailures } from './failures.service.js';
import { Passwords } from './passwords.service.js';
import { Sessions, type OpenedSession, type SessionKind, type Whence } from './sessions.service.js';
import { usualSignIn } from './sign-in-config.js';
import { signInProblems } from './sign-in-problems.js';
import type { Credentials } from './shapes.js';

/** Lets in who has the right password. */
@Injectable()
export class SignIn {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
    private readonly failures: SignInFailures,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly events: Events,
  ) {}

  /**
   * Begins a session. Whether the name or the password was wrong, or the person has no password, cannot be told from the answer.
   * @throws Problem 401, 409 where passwords are not used here, 429 after too many wrong ones
   */
  async byPassword(
    { username, password }: Credentials,
    kind: SessionKind,
    whence: Whence,
  ): Promise<OpenedSession & { username: string }> {
    if (!(this.config.signIn ?? usualSignIn).passwords) throw signInProblems.noPasswords();
    const name = username.trim().toLowerCase();
    const attempt = await this.failures.begin(name, whence.address);
    if (attempt.waitSeconds !== undefined) {
      this.events.signIn.failed('too-many-failures', whence.address);
      throw signInProblems.tooManyFailures(attempt.waitSeconds);
    }
    const user = await this.find(name);
    if (!(await this.passwords.isRight(user?.id, password)) || !user) {
      this.events.signIn.failed('bad-credentials', whence.address);
      throw signInProblems.badCredentials();
    }
    await this.failures.forgive(attempt);
    if (!user.active) throw signInProblems.inactive(user.username);
    const session = await this.sessions.open(user.id, kind, whence);
    this.events.signIn.signedIn(user.username, 'password', kind);
    return { ...session, username: user.username };
  }

  private async find(username: string) {
    const [user] = await this.dataSource.query<{ id: string; username: string; active: boolean }[]>(
      'select id, username, active from users where username = $1',
      [storable(username)],
    );
    return user;
  }
}
