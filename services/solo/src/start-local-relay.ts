import { setTimeout as later } from 'node:timers/promises';
import type { RunningApi } from '@chasqui/api/start-api';
import { RelayBoard } from '@chasqui/api/relays/board.service';
import { startRelay } from '@chasqui/relay/start-relay';
import type { RelayParts } from '@chasqui/relay/relay';
import type { RelayConfig } from '@chasqui/relay/config';
import { readRelayToken } from '@chasqui/sealing';

export interface LocalRelay {
  readonly name: string;
  /** What it can run. */
  readonly drivers: readonly string[];
  readonly stop: () => Promise<void>;
}

/** How long a relay in this process may take to be known to an API in this process, in milliseconds. */
const soonMs = 10_000;

/** Where this machine's container engine is. */
export function dockerHost(): string {
  return process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
}

/** A relay in this process. Resolves once the API has heard it, so that the first command already finds it. */
export async function startLocalRelay(
  settings: { readonly token: string } & Partial<RelayConfig> & Pick<RelayConfig, 'policy' | 'stateFolder'>,
  parts: RelayParts,
  api: RunningApi,
): Promise<LocalRelay> {
  const { relay: name, secret } = readRelayToken(settings.token)!;
  const config: RelayConfig = {
    name,
    secret,
    tags: ['local'],
    slots: 8,
    dockerHost: dockerHost(),
    graceMs: 2_000,
    ...settings,
  };
  const running = await startRelay(config, parts);
  const board = api.get(RelayBoard);
  for (
    const deadline = Date.now() + soonMs;
    board.get(name)?.lastSeenAt === undefined || board.get(name)!.heartbeat?.relay !== name;
  ) {
    if (Date.now() > deadline)
      throw new Error(`the relay ${name} was started and the API did not hear it within ${soonMs / 1000} s`);
    await later(2);
  }
  return { name, drivers: board.get(name)!.heartbeat!.drivers, stop: running.stop };
}
