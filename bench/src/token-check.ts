import { Authenticator } from '@chasqui/api/http/authenticator';
import { OperationGuard } from '@chasqui/api/http/guard';
import { UsersController } from '@chasqui/api/people/users.controller';
import type { RunningApi } from '@chasqui/api/start-api';
import { percentile } from './marks.js';

/** How long the guard takes for one request, in microseconds: whose token it is, and whether they may. */
export interface TokenCheck {
  readonly p50: number;
  readonly p99: number;
}

/** Asks the guard about `GET /users/:username`, as Nest does, without HTTP around it. */
export async function tokenCheck(api: RunningApi, token: string): Promise<TokenCheck> {
  const guard = new OperationGuard(api.get(Authenticator as never));
  const request = { headers: { authorization: `Bearer ${token}` }, params: { username: 'ben' } };
  const http = { getRequest: () => request, getResponse: () => ({ header: () => undefined }) };
  // oxlint-disable-next-line typescript/unbound-method -- it is only looked at, for what it is decorated with
  const handler = UsersController.prototype.get;
  const context = {
    getType: () => 'http',
    getHandler: () => handler,
    getClass: () => UsersController,
    switchToHttp: () => http,
  } as unknown as Parameters<OperationGuard['canActivate']>[0];
  const took: number[] = [];
  for (let index = 0; index < 60_000; index++) {
    const since = performance.now();
    await guard.canActivate(context);
    if (index >= 10_000) took.push((performance.now() - since) * 1_000);
  }
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
}
