import { join } from 'node:path';
import type { RelayConfig } from '../config.js';
import { AvailableDrivers } from './available-drivers.js';
import { dockerDriver } from './docker-driver.js';
import type { Driver } from './driver.js';
import { processDriver } from './process-driver.js';

/** The drivers of a configuration; which of them can run something is asked again and again, because an engine may come later. `given` ones take their place. */
export async function openDrivers(config: RelayConfig, given?: readonly Driver[]): Promise<AvailableDrivers> {
  const drivers = new AvailableDrivers(
    given ?? (config.drivers ?? ['process', 'docker']).flatMap((name) => openDriver(name, config)),
  );
  await drivers.refresh();
  return drivers;
}

function openDriver(
  name: string,
  { name: relay, policy, stateFolder, dockerHost, registryLogins }: RelayConfig,
): Driver[] {
  if (name === 'process') return [processDriver(join(stateFolder, 'work'), policy.executables.length > 0)];
  if (name === 'docker') return [dockerDriver({ relay, dockerHost, loginFile: registryLogins })];
  return [];
}
