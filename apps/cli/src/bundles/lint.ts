import { readBundle } from '@chasqui/bundles';
import { bundleFaultSentence, readTemplate } from '@chasqui/replies';
import { print, type GlobalOptions } from '../session.js';
import { Stop } from '../stop.js';
import { bundleFiles } from './bundle-files.js';
import { faultLine } from './print-fault.js';
import { readBundleFile } from './read-bundle-file.js';

/**
 * `chasqui bundle lint`: every fault of every file on standard output, how many there are on standard error; exit code 1 if one is an
 * error, or with `strict` a warning.
 */
export async function lint(
  named: readonly string[],
  { strict, ...options }: GlobalOptions & { readonly strict?: true },
): Promise<void> {
  const results = await Promise.all((await bundleFiles(named)).map(lintFile));
  print(options, results, () =>
    results.flatMap(({ file, faults }) => faults.map((fault) => faultLine(file, fault))).join('\n'),
  );
  const errors = results.reduce((sum, result) => sum + result.errors, 0);
  const warnings = results.reduce((sum, result) => sum + result.warnings, 0);
  if (!options.json) process.stderr.write(`${verdict(results.length, errors, warnings)}\n`);
  if (errors > 0 || (strict && warnings > 0)) throw new Stop('');
}

async function lintFile(file: string) {
  const { bundle, faults } = readBundle(await readBundleFile(file), { readTemplate });
  const told = faults.map((fault) => ({ ...fault, message: bundleFaultSentence(fault) }));
  const errors = faults.filter(({ severity }) => severity === 'error').length;
  return {
    file,
    ok: bundle !== undefined,
    ...(bundle && { name: bundle.name, version: bundle.version }),
    errors,
    warnings: faults.length - errors,
    faults: told,
  };
}

function verdict(files: number, errors: number, warnings: number): string {
  const told = warnings > 0 ? `, with ${count(warnings, 'warning')}` : '';
  if (errors === 0) return `${files === 1 ? 'the bundle is right' : `all ${files} bundles are right`}${told}`;
  return `${count(errors, 'error')}${warnings > 0 ? ` and ${count(warnings, 'warning')}` : ''} in ${count(files, 'file')}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
