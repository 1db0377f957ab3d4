import { text } from 'node:stream/consumers';
import type { DriverName } from '@chasqui/contracts';
import type { Driver } from '@chasqui/relay/drivers/driver';
import { readPolicy } from '@chasqui/relay/policy';
import { createLogger } from '@chasqui/telemetry';
import { localPolicy } from './local-policy.js';
import { openEmbedded } from './open-embedded.js';
import { startRoom } from './start-room.js';

/*
 * `chasqui policy test` starts this as a process of its own where it is to ask no server: a whole Chasqui in memory, which decides as any
 * other does, and whose relays run nothing. The first line on standard input is what is to be there, as JSON: `{ "relays": { NAME: [TAG, …] } }`;
 * the line on standard output says where it is and who may do everything: `{ "url", "token" }`. It ends when standard input does.
 */

interface Wanted {
  readonly relays: Readonly<Record<string, readonly string[]>>;
}

async function main(): Promise<void> {
  const logger = createLogger({ service: 'policy-test', level: 'error', pretty: true, destination: 2 });
  const { relays } = JSON.parse(await firstLine()) as Wanted;
  const policy = readPolicy(localPolicy);
  if (!('policy' in policy)) throw new Error('solo mode has a policy');
  const dataSource = await openEmbedded();
  const room = await startRoom(
    { bundles: [], people: {}, relays, policy: policy.policy, openDrivers: () => idleDrivers },
    { dataSource, logger },
  );
  process.stdout.write(`${JSON.stringify({ url: room.api.url, token: room.api.first.adminToken })}\n`);
  await text(process.stdin);
  await room.stop();
  await dataSource.destroy();
}

function firstLine(): Promise<string> {
  return new Promise((resolve, reject) => {
    let read = '';
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (more: string) => {
      read += more;
      if (read.includes('\n')) resolve(read.slice(0, read.indexOf('\n')));
    });
    process.stdin.once('end', () => reject(new Error('nobody said what is to be there')));
  });
}

/** Drivers of relays that are there to be chosen. */
const idleDrivers: readonly Driver[] = (['process', 'docker'] as const satisfies DriverName[]).map(
  (name) => ({
    name,
    available: async () => true,
    run: async () => idle,
    adopt: async () => idle,
    forget: async () => undefined,
  }),
);
const idle = { kind: 'not-started', code: 'engine-unavailable', detail: 'this relay runs nothing' } as const;

try {
  await main();
} catch (error) {
  process.stderr.write(`chasqui: the policy cannot be tried: ${(error as Error).stack}\n`);
  process.exitCode = 1;
}
// Nothing is left to wait for; what still holds the event loop is a library's keep-alive.
setTimeout(() => process.exit(), 500).unref();
