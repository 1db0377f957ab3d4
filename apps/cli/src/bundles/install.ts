import { readBundleSource } from './read-bundle-source.js';
import { printFault } from './print-fault.js';
import { ServerError } from '../server/server-error.js';
import type { BundleSummary } from './bundle-shapes.js';
import type { Session } from '../session.js';

/** `chasqui bundle install`: fetches the file, from wherever it is; the server reads and checks it, and its faults are shown where they are. */
export async function install(
  { api, show }: Session,
  named: string,
  { enable, force, sha256 }: { readonly enable?: true; readonly force?: true; readonly sha256?: string },
): Promise<void> {
  const { file, source } = await readBundleSource(named, sha256);
  try {
    const summary = await api.post<BundleSummary>('/bundles', {
      source,
      ...(enable && { enable }),
      ...(force && { force }),
    });
    for (const warning of summary.warnings ?? []) printFault(file, warning);
    for (const difference of summary.replaced ?? []) process.stderr.write(`replaced: ${difference}\n`);
    show(
      summary,
      ({ name, version, enabled }) =>
        `${name} ${version} is installed${enabled ? ' and enabled' : `; enable it with: chasqui bundle enable ${name} ${version}`}`,
    );
  } catch (thrown) {
    if (thrown instanceof ServerError) for (const fault of thrown.faults) printFault(file, fault);
    throw thrown;
  }
}
