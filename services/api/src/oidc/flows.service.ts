import { randomBytes } from 'node:crypto';
import { decryptAtRest, encryptAtRest, keyFor } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { hashOf } from '../people/token-text.js';
import { secretKeysOf } from '../secrets/secret-keys.js';

/** What we must remember while somebody is at the provider. */
export interface BrowserFlow {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly returnTo: string;
}
export interface DeviceFlow {
  readonly deviceCode: string;
}
interface Contents {
  readonly browser: BrowserFlow;
  readonly device: DeviceFlow;
}
type Kind = keyof Contents;

/**
 * Sign-ins on their way to the provider and back, kept in the database, so that any instance can take up what another began. Each is found by
 * a secret that only the browser, or `chasqui login`, has, and is good once.
 */
@Injectable()
export class Flows {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** Answers the secret. */
  async begin<K extends Kind>(
    kind: K,
    content: Contents[K],
    { lifeSeconds, everySeconds = 0 }: { lifeSeconds: number; everySeconds?: number },
  ): Promise<string> {
    const secret = `chqf_${randomBytes(32).toString('base64url')}`;
    const hash = hashOf(secret);
    const key = keyFor('oidc-flow', secretKeysOf(this.config));
    await this.dataSource.query(
      `insert into oidc_flows (hash, kind, content, every_seconds, poll_at, expires_at)
       values ($1, $2, $3, $4::integer, now() + make_interval(secs => $4::integer), now() + make_interval(secs => $5))`,
      [
        hash,
        kind,
        encryptAtRest(Buffer.from(JSON.stringify(content)), key, placeOf(hash)),
        everySeconds,
        lifeSeconds,
      ],
    );
    return secret;
  }

  /** What was begun, which is gone with it: it is taken once. Undefined for what is unknown, over, or was taken. */
  async take<K extends Kind>(kind: K, secret: string): Promise<Contents[K] | undefined> {
    const hash = hashOf(secret);
    const [rows] = await this.dataSource.query<[{ content: string; alive: boolean }[], number]>(
      'delete from oidc_flows where hash = $1 and kind = $2 returning content, expires_at > now() as alive',
      [hash, kind],
    );
    const [row] = rows;
    return row?.alive ? this.read<K>(row.content, hash) : undefined;
  }

  /**
   * What was begun and goes on: undefined for what is unknown or over. `due` is whether the provider may be asked again; it is asked by one
   * instance at a time, and not more often than it wants.
   */
  async poll(secret: string): Promise<{ due: boolean; content: DeviceFlow } | undefined> {
    const hash = hashOf(secret);
    const [rows] = await this.dataSource.query<[{ content: string }[], number]>(
      `update oidc_flows set poll_at = now() + make_interval(secs => every_seconds)
       where hash = $1 and kind = 'device' and expires_at > now() and poll_at <= now() returning content`,
      [hash],
    );
    const due = rows[0];
    if (due) return { due: true, content: this.read<'device'>(due.content, hash) };
    const [waiting] = await this.dataSource.query<{ content: string }[]>(
      `select content from oidc_flows where hash = $1 and kind = 'device' and expires_at > now()`,
      [hash],
    );
    return waiting && { due: false, content: this.read<'device'>(waiting.content, hash) };
  }

  /** The provider wants to be asked less often: five seconds more between two times, from now on (RFC 8628 §3.5). */
  async slowDown(secret: string): Promise<void> {
    await this.dataSource.query(
      `update oidc_flows set every_seconds = every_seconds + 5, poll_at = now() + make_interval(secs => every_seconds + 5)
       where hash = $1 and kind = 'device'`,
      [hashOf(secret)],
    );
  }

  async forgetOld(): Promise<void> {
    await this.dataSource.query('delete from oidc_flows where expires_at < now()');
  }

  private read<K extends Kind>(content: string, hash: Buffer): Contents[K] {
    const plain = decryptAtRest(content, keyFor('oidc-flow', secretKeysOf(this.config)), placeOf(hash));
    if (!plain) throw new Error('a sign-in that was begun does not open with any key');
    return JSON.parse(plain.toString('utf8')) as Contents[K];
  }
}

function placeOf(hash: Buffer): string {
  return `oidc_flows ${hash.toString('hex')}`;
}
