import { highestVersion } from '@chasqui/bundles/versions';
import { path } from '../server/api-client.js';
import type { BundleSummary } from './bundle-shapes.js';
import type { Session } from '../session.js';
import { Stop } from '../stop.js';

/** `chasqui bundle enable`: the version named, or the highest installed; it says which one that switches off. */
export async function enable({ api, show }: Session, name: string, version?: string): Promise<void> {
  const installed = api.get<{ versions: BundleSummary[] }>(path`/bundles/${name}`);
  // Whoever may enable a version need not be one who may look at them.
  const { versions } =
    version === undefined ? await installed : await installed.catch(() => ({ versions: [] }));
  const chosen = version ?? highestVersion(versions.map((one) => one.version));
  if (chosen === undefined) throw new Stop(`no version of ${name} is installed`);
  const before = versions.find(({ enabled }) => enabled)?.version;
  const summary = await api.put<BundleSummary>(path`/bundles/${name}/enabled`, { version: chosen });
  show({ ...summary, ...(before !== undefined && { before }) }, () => {
    if (before === chosen) return `${name} ${chosen} is enabled, as it was before`;
    const switched = before === undefined ? '' : `; ${before} is switched off, and what runs of it runs on`;
    return `${name} ${chosen} is enabled${switched}`;
  });
}
