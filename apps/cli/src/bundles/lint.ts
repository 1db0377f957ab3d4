import { readBundle } from '@chasqui/bundles';
import { bundleFaultSentence } from '@chasqui/replies';
import { print, type GlobalOptions } from '../session.js';
import { Stop } from '../stop.js';
import { faultLine } from './print-fault.js';
import { readBundleFile } from './read-bundle-file.js';

/** `chasqui bundle lint`: every fault of every file on standard output; exit code 1 if one is an error. */
export async function lint(files: readonly string[], options: GlobalOptions): Promise<void> {
  const results = await Promise.all(files.map(lintFile));
  print(options, results, () =>
    results.flatMap(({ file, faults }) => faults.map((fault) => faultLine(file, fault))).join('\n'),
  );
  const bad = results.filter(({ ok }) => !ok).length;
  if (bad > 0) throw new Stop('');
  if (!options.json)
    process.stderr.write(
      results.length === 1 ? 'the bundle is right\n' : `all ${results.length} bundles are right\n`,
    );
}

async function lintFile(file: string) {
  const { bundle, faults } = readBundle(await readBundleFile(file));
  const told = faults.map((fault) => ({ ...fault, message: bundleFaultSentence(fault) }));
  return {
    file,
    ok: bundle !== undefined,
    ...(bundle && { name: bundle.name, version: bundle.version }),
    faults: told,
  };
}
