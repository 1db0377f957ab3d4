import { setFlagsFromString } from 'node:v8';

// A relay waits more than it works: it need not hold 30 MiB for objects that die young. Said before anything else is loaded.
setFlagsFromString('--max-semi-space-size=1');
setFlagsFromString('--semi-space-growth-factor=1');

const [{ isOutage }, { SettingsError }, { readConfig }, { runRelay }] = await Promise.all([
  import('@chasqui/contracts'),
  import('@chasqui/settings'),
  import('./config.js'),
  import('./run-relay.js'),
]);

try {
  await runRelay(readConfig(process.env));
} catch (error) {
  process.stderr.write(`The relay cannot start. ${sentence(error)}\n`);
  process.exit(error instanceof SettingsError ? 2 : 1);
}

function sentence(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  if (isOutage(error)) return `${error.code}: ${(error.cause as Error | undefined)?.message ?? ''}`;
  return (error as Error).stack ?? String(error);
}
