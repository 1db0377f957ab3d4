import { readStoreToken, type StoreClaims } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { RunAuthenticator, type RunningAsker } from '../http/run-authenticator.js';
import { CONFIG } from '../parts.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { storeProblems } from './store-problems.js';

/** An execution that is `accepted` may run already, because reports are slower than commands; one that is `lost` may run still. */
const notOver = ['accepted', 'running', 'lost'];

/** Believes a store token as long as its execution is not over. */
@Injectable()
export class StoreGuard extends RunAuthenticator {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    super();
  }

  async whoRuns(token: string | undefined): Promise<RunningAsker> {
    if (token === undefined) throw storeProblems.noToken();
    const claims = await readStoreToken(token, secretKeysOf(this.config));
    if (!claims) throw storeProblems.badToken();
    if (claims.expiresAt < Date.now()) throw storeProblems.expired(claims.expiresAt);
    const state = await this.stateOf(claims);
    if (!notOver.includes(state)) throw storeProblems.over(claims.runId, state);
    return claims;
  }

  /** Of a relay that was revoked nothing is believed, so also not that what it had in hand runs still. */
  private async stateOf({ executionId }: StoreClaims): Promise<string> {
    const [row] = await this.dataSource.query<{ state: string; revoked: boolean }[]>(
      `select e.state, r.revoked_at is not null or coalesce(e.outcome ->> 'revoked' = 'true', false) as revoked
       from executions e left join relays r on r.name = e.relay where e.id = $1`,
      [executionId],
    );
    if (row?.revoked) return 'revoked';
    return row?.state ?? 'deleted';
  }
}
