import { counter, type Logger } from '@chasqui/telemetry';

const signIns = counter('chasqui_sign_ins_total', 'People who signed in, and those who could not');

/** What is worth counting or writing down of signing in, with a password or by an identity provider. */
export class SignInEvents {
  constructor(private readonly logger: Logger) {}

  signedIn(username: string, by: 'password' | 'provider', kind: 'browser' | 'cli'): void {
    signIns.add(1, { by, outcome: 'signed-in' });
    this.logger.info({ username, by, kind }, 'signed in');
  }

  /** Not who it was: a name that is typed may be a password that was typed into the wrong field. */
  failed(why: string, address: string, cause?: unknown): void {
    signIns.add(1, { by: why.startsWith('oidc-') ? 'provider' : 'password', outcome: why });
    this.logger.warn({ why, address, ...(cause !== undefined && { err: cause }) }, 'sign-in refused');
  }

  passwordChanged(username: string, change: 'set' | 'removed', by: string): void {
    this.logger.info({ username, by }, `password ${change}`);
  }

  /** The first administrator is there; from now on administrators make others. */
  bootstrapped(username: string, address: string): void {
    this.logger.warn({ username, address }, 'the first administrator was made');
  }

  /** The identity provider no longer knows who is behind a session. */
  sessionEndedByProvider(session: { sessionId: string; userId: string }, why: string): void {
    this.logger.info({ ...session, why }, 'session ended: the identity provider says so');
  }

  /** What the identity provider's claims changed. */
  groupsClaimed(username: string, added: readonly string[], removed: readonly string[]): void {
    this.logger.info({ username, added, removed }, 'groups changed by claims');
  }

  /** The claims would have left nobody to administer. */
  lastAdminKept(group: string): void {
    this.logger.warn(
      { group },
      'a member stays whom the claims no longer put there: nobody else could administer',
    );
  }

  /** What the identity provider sent is no proof of anything. */
  providerDisbelieved(cause: unknown): void {
    this.logger.warn({ err: cause }, 'what came from the identity provider is not believed');
  }

  providerAway(cause: unknown): void {
    this.logger.warn({ err: cause }, 'the identity provider could not be asked');
  }
}
