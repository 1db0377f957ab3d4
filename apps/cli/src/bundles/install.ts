import { readBundleFile } from './read-bundle-file.js';
import { printFault } from './print-fault.js';
import { ServerError } from '../server/server-error.js';
import type { BundleSummary } from '../server/rest-shapes.js';
import type { Session } from '../session.js';

/** `chasqui bundle install`: the server reads and checks the file; its faults are shown where they are. */
export async function install(
  { api, show }: Session,
  file: string,
  { enable, force }: { readonly enable?: true; readonly force?: true },
): Promise<void> {
  const source = await readBundleFile(file);
  try {
    const summary = await api.post<BundleSummary>('/bundles', {
      source,
      ...(enable && { enable }),
      ...(force && { force }),
    });
    for (const warning of summary.warnings ?? []) printFault(file, warning);
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
