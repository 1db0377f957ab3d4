import { join } from 'node:path';
import type { RelayConfig } from '../config.js';
import type { RelayEvents } from '../events.js';
import { allowsPrograms, type Policy } from '../policy.js';
import { AvailableDrivers } from './available-drivers.js';
import { dockerDriver } from './docker-driver.js';
import type { Driver } from './driver.js';
import { processDriver } from './process-driver.js';

/**
 * The drivers of a configuration; which of them can run something is asked again and again, because an engine may come later, and the
 * policy may change. `given` ones take their place.
 */
export async function openDrivers(
  config: RelayConfig,
  policy: { readonly current: Policy },
  events: Pick<RelayEvents, 'noWarmContainers'>,
  given?: readonly Driver[],
): Promise<AvailableDrivers> {
  const names = config.drivers ?? ['process', 'docker'];
  const opened = given ?? (await Promise.all(names.map((name) => openDriver(name, config, policy, events))));
  const drivers = new AvailableDrivers(opened.flat());
  await drivers.refresh();
  return drivers;
}

async function openDriver(
  name: string,
  {
    name: relay,
    stateFolder,
    dockerHost,
    dockerAssistant,
    dockerPlatforms,
    registryLogins,
    kubernetes,
  }: RelayConfig,
  policy: { readonly current: Policy },
  events: Pick<RelayEvents, 'noWarmContainers'>,
): Promise<Driver[]> {
  if (name === 'process')
    return [processDriver(join(stateFolder, 'work'), () => allowsPrograms(policy.current))];
  if (name === 'docker') {
    const warm = dockerAssistant && {
      assistantImage: dockerAssistant,
      cannot: (why: string) => events.noWarmContainers(why),
    };
    const platforms = dockerPlatforms;
    return [
      dockerDriver({
        relay,
        dockerHost,
        loginFile: registryLogins,
        platforms,
        assistantImage: dockerAssistant,
        warm: warm || undefined,
      }),
    ];
  }
  if (name !== 'kubernetes' || !kubernetes) return [];
  // Only where it is used: what it stands on would take a sixth of a relay's memory.
  const { kubernetesDriver } = await import('./kubernetes-driver.js');
  return [kubernetesDriver({ relay, loginFile: registryLogins, ...kubernetes })];
}
