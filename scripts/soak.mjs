// `npm run soak -- --minutes 30`: faults befall real processes, round after round, until the time is over or a promise is broken. Each time with another seed;
// `--seed 7` takes that one.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { prepare, root, run } from './prepare.mjs';

const anySeed = String(Date.now() % 1_000_000);
const options = {
  minutes: { type: /** @type {const} */ ('string'), default: '10' },
  seed: { type: /** @type {const} */ ('string'), default: anySeed },
};
const say = (sentence) => process.stderr.write(`${sentence}\n`);

try {
  const { minutes, seed } = parseArgs({ options }).values;
  if (!(Number(minutes) > 0)) throw new Error('--minutes takes a number of minutes');
  const node = await prepare({ say });
  say(`soaking for ${minutes} min with seed ${seed}`);
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = ['run', 'tools/e2e/src/faults/faults.test.ts', '--disable-console-intercept'];
  const env = { ...process.env, CHASQUI_SOAK_MINUTES: minutes, CHASQUI_FAULT_SEED: seed, CI: 'true' };
  process.exitCode = await run(node, [vitest, ...args], { stdio: ['ignore', 1, 2], env });
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
