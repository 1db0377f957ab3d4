import { setTimeout as wait } from 'node:timers/promises';
import type { ApiClient } from '../server/api-client.js';
import type { DeviceCode, SignedIn } from './sign-in-shapes.js';
import { exitCodes, Stop } from '../stop.js';
import { harmless } from '../terminal/harmless.js';

/** Signs in at the identity provider, in a browser that may be on another machine (RFC 8628). The server asks the provider; we ask the server. */
export async function deviceSignIn(api: ApiClient): Promise<SignedIn> {
  const code = await api.post<DeviceCode>('/sign-in/device', {});
  const { verificationUri, verificationUriComplete, userCode } = code;
  process.stderr.write(
    `Open ${harmless(verificationUri)} and type ${harmless(userCode)}\n` +
      (verificationUriComplete
        ? `or open ${harmless(verificationUriComplete)} and see that it shows this code\n`
        : '') +
      'waiting for you there …\n',
  );
  const deadline = Date.now() + code.expiresIn * 1000;
  while (Date.now() < deadline) {
    await wait(code.interval * 1000);
    const answer = await api.post<SignedIn | { readonly pending: true }>('/sign-in/device/poll', {
      deviceToken: code.deviceToken,
    });
    if (!('pending' in answer)) return answer;
  }
  throw new Stop('the code is too old now; run chasqui login again', exitCodes.timedOut);
}
