// `npm start`: solo mode, everything in one process. Runs on any Node from 18 on, and brings what the product runs on.
import { spawn } from 'node:child_process';
import { prepare } from './prepare.mjs';

const say = (sentence) => process.stderr.write(`${sentence}\n`);

try {
  const node = await prepare({ say });
  const main = new URL('../services/solo/dist/main.js', import.meta.url).pathname;
  const solo = spawn(node, ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // Ctrl-C reaches the whole terminal's group by itself; what is sent to us alone goes on to the product.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => solo.kill('SIGTERM'));
  solo.on('exit', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
