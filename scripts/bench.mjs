// `npm run bench`: the benchmarks. Prints tables; the latest result stands in docs/benchmarks.md.
import { join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

const say = (sentence) => process.stderr.write(`${sentence}\n`);

try {
  const node = await prepare({ say });
  process.exitCode = await run(node, [join(root, 'bench', 'dist', 'main.js'), ...process.argv.slice(2)], {
    stdio: ['ignore', 1, 2],
  });
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
