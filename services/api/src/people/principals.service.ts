import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Authenticator } from '../http/authenticator.js';
import type { Principal } from '../http/principal.js';
import { Revisions } from '../revisions.service.js';
import { readCredential, touch, touchEveryMs, type Credential } from './credentials.js';
import { hashOf } from './token-text.js';

/** So many are kept; when there are more, all are read anew. */
const most = 10_000;

interface Kept {
  readonly credential: Credential;
  /** On the clock of `performance.now()`. */
  goodUntil: number;
  touchedAt: number;
}

/**
 * Who a token or a session belongs to, and all they hold. Asked by every request, so what was read is kept for as long as nobody changes
 * anything of people; the revision that says so is at most a quarter of a second old. So a token that is revoked, a person who is
 * deactivated and a role that is taken away are gone everywhere within that time, though no instance tells another. Nothing is kept of texts that
 * nobody has. Times are measured from what the database said, so no clocks need agree.
 */
@Injectable()
export class Principals extends Authenticator implements OnModuleDestroy {
  private readonly log = new Logger('tokens');
  private readonly touching = new Map<string, Promise<void>>();
  private kept = new Map<string, Kept>();
  private revision = '';

  constructor(
    private readonly dataSource: DataSource,
    private readonly revisions: Revisions,
  ) {
    super();
  }

  whoIs(text: string): Principal | undefined | Promise<Principal | undefined> {
    const revision = this.revisions.of('people');
    return typeof revision === 'string'
      ? this.at(revision, text)
      : revision.then((known) => this.at(known, text));
  }

  /** What is still being written is written before the database is closed. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.touching.values());
  }

  private at(revision: string, text: string): Principal | undefined | Promise<Principal | undefined> {
    if (revision !== this.revision || this.kept.size >= most) {
      this.kept = new Map();
      this.revision = revision;
    }
    const key = hashOf(text).toString('latin1');
    const now = performance.now();
    const kept = this.kept.get(key);
    return kept && now < kept.goodUntil ? this.used(kept, now) : this.read(key, text, this.kept);
  }

  private async read(key: string, text: string, into: Map<string, Kept>): Promise<Principal | undefined> {
    const since = performance.now();
    const credential = await readCredential(this.dataSource, text);
    if (!credential) return undefined;
    const kept = {
      credential,
      goodUntil: since + credential.goodForMs,
      touchedAt: since - credential.idleMs,
    };
    // Into what was kept when the read began: if people changed meanwhile, nobody looks into that any more.
    into.set(key, kept);
    return this.used(kept, since);
  }

  private used(kept: Kept, now: number): Principal {
    if (now - kept.touchedAt >= touchEveryMs) this.touch(kept, now);
    return kept.credential.principal;
  }

  /** Nobody waits for it. */
  private touch(kept: Kept, now: number): void {
    const { id } = kept.credential;
    kept.touchedAt = now;
    if (this.touching.has(id)) return;
    const touched = touch(this.dataSource, kept.credential)
      .then((goodForMs) => {
        if (goodForMs !== undefined) kept.goodUntil = now + goodForMs;
      })
      .catch((error: unknown) => this.log.warn('cannot write when a token was last used', error))
      .then(() => void this.touching.delete(id));
    this.touching.set(id, touched);
  }
}
