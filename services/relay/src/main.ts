import type { Outage } from '@chasqui/contracts';
import { staySmall } from './stay-small.js';

const [verb, ...files] = process.argv.slice(2);
if (verb === 'check-policy') {
  const { checkPolicy } = await import('./check-policy.js');
  const { text, exitCode } = checkPolicy(files);
  process.stdout.write(text);
  process.exit(exitCode);
}

staySmall();

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
