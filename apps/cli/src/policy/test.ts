import { dirname, join } from 'node:path';
import type { PolicyTests } from '@chasqui/bundles/policy-tests';
import type { Command } from 'commander';
import type { ApiClient } from '../server/api-client.js';
import { print, session } from '../session.js';
import { exitCodes, Stop } from '../stop.js';
import { inPolicyWorld } from './policy-world.js';
import { readRulesFile, readTestFile } from './read-files.js';
import { runCase, type CaseResult } from './run-case.js';

interface TestOptions {
  readonly bundle: readonly string[];
  readonly rules: readonly string[];
  readonly offline?: true;
}

interface TestFile {
  readonly file: string;
  readonly tests: PolicyTests;
}

/**
 * `chasqui policy test`: every case that comes out otherwise on standard output, with what was expected and what came; how many on standard
 * error. Exit code 1 if any does.
 */
export async function testPolicies(
  named: readonly string[],
  options: TestOptions,
  command: Command,
): Promise<void> {
  const files: TestFile[] = [];
  for (const file of named) files.push({ file, tests: await readTestFile(file) });
  const offline = options.offline || options.bundle.length > 0 || options.rules.length > 0;
  const results: CaseResult[] = [];
  for (const one of files)
    results.push(...(await (offline ? alone(one, options) : cases(session(command).api, one))));
  const failed = results.filter(({ mismatches }) => mismatches.length > 0);
  const passed = results.length - failed.length;
  print(command.optsWithGlobals(), { passed, failed: failed.length, cases: results }, () =>
    failed.map(told).join('\n'),
  );
  process.stderr.write(`${passed} passed, ${failed.length} failed\n`);
  if (failed.length > 0) throw new Stop('', exitCodes.failed);
}

/** Each file in a Chasqui of its own, with the bundles and rules that are named beside those that it names itself. */
async function alone({ file, tests }: TestFile, { bundle, rules }: TestOptions): Promise<CaseResult[]> {
  const beside = (name: string) => join(dirname(file), name);
  const sites = await Promise.all([...(tests.rules ?? []).map(beside), ...rules].map(readRulesFile));
  const bundles = [...(tests.bundles ?? []).map(beside), ...bundle];
  const relays = tests.relays ?? { local: ['local'] };
  return inPolicyWorld({ bundles, sites, relays }, (api) => cases(api, { file, tests }));
}

async function cases(api: ApiClient, { file, tests }: TestFile): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const one of tests.cases) results.push(await runCase(api, file, one, tests.people));
  return results;
}

function told({ file, startsAt, name, mismatches }: CaseResult): string {
  const lines = mismatches.map(({ what, expected, found }) => {
    const label = `${what}:`.padEnd(8);
    return `  ${label}${expected}\n  ${'but is:'.padEnd(8)}${found}`;
  });
  return [`${file}:${startsAt}  ${name}`, ...lines].join('\n');
}
