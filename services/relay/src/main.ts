import { setFlagsFromString } from 'node:v8';
import type { Outage } from '@chasqui/contracts';

// A relay waits more than it works: it need not hold 30 MiB for objects that die young. Said before anything else is loaded.
setFlagsFromString('--max-semi-space-size=1');
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=40');

const [{ isOutage }, { whyNotStarted }, { readConfig }, { runRelay }] = await Promise.all([
  import('@chasqui/contracts'),
  import('@chasqui/settings'),
  import('./config.js'),
  import('./run-relay.js'),
]);

try {
  await runRelay(readConfig(process.env));
} catch (error) {
  const { why, exitCode } = whyNotStarted(error);
  process.stderr.write(`the relay cannot start: ${isOutage(error) ? outageOf(error) : why}\n`);
  process.exit(exitCode);
}

function outageOf({ code, cause }: Outage): string {
  return `${code}: ${(cause as Error | undefined)?.message ?? ''}`;
}
