import { setFlagsFromString } from 'node:v8';

// Most of what the API makes dies young, and V8 would let 48 MiB of it lie about before it looks. The limit alone is read too early to be
// heard here; that it may not grow is heard. Said before anything else is loaded.
setFlagsFromString('--semi-space-growth-factor=1');

const [{ whyNotStarted }, { readConfig }, { runApi }] = await Promise.all([
  import('@chasqui/settings'),
  import('./config.js'),
  import('./run-api.js'),
]);

try {
  await runApi(readConfig(process.env));
  // A client of a broker that is away goes on trying for a while.
  process.exit();
} catch (error) {
  const { why, exitCode } = whyNotStarted(error);
  process.stderr.write(`the api cannot start: ${why}\n`);
  process.exit(exitCode);
}
