// `npm test`: everything that a change has to pass, from nothing. `npm test -- libs/transport` runs the tests of that folder alone.
// The last line is `N passed, N failed`; each check (lint, format, types) counts as one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

const say = (sentence) => console.log(sentence);
const wanted = process.argv.slice(2);
const count = { passed: 0, failed: 0 };

try {
  const node = await prepare({ say });
  // What the tests start themselves is to be run by the same Node.
  process.env.PATH = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  if (wanted.length === 0) await check();
  await test(node);
} catch (error) {
  say(error.message);
  count.failed++;
}
say(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;

/** The steps of `npm run check`, each for itself, so that one that fails does not hide the next. Building is done by now. */
async function check() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const steps = scripts.check.split('&&').map((step) => step.trim());
  for (const step of steps.filter((each) => each !== 'npm run build')) {
    say(`> ${step}`);
    const code = await run(step, [], { shell: true, stdio: ['ignore', 1, 1] });
    if (code !== 0) say(`${step}: failed`);
    count[code === 0 ? 'passed' : 'failed']++;
  }
}

async function test(node) {
  const folder = mkdtempSync(join(tmpdir(), 'chq-test-'));
  try {
    const report = join(folder, 'report.json');
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await run(node, [vitest, 'run', ...reporters, ...wanted], { stdio: ['ignore', 1, 1] });
    add(JSON.parse(readFileSync(report, 'utf8')), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function add({ testResults, numPassedTests, numFailedTests }, code) {
  const tests = testResults.flatMap((file) => file.assertionResults);
  const skipped = tests.filter(({ status }) => !['passed', 'failed'].includes(status));
  const missed = skipped.filter(({ fullName }) => !/\boptional\b/i.test(fullName));
  // A file that does not even load has no tests to count.
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  for (const { fullName } of skipped) say(`skipped: ${fullName}`);
  count.passed += numPassedTests;
  count.failed += numFailedTests + broken.length;
  if (process.env.CI === 'true' && missed.length > 0) {
    say(`${missed.length} skipped tests count as failed, because CI=true`);
    count.failed += missed.length;
  }
  if (code !== 0 && numFailedTests + broken.length === 0) {
    say('the test run itself failed: see above');
    count.failed++;
  }
}
