import type { Command } from 'commander';
import { exitCodes, Stop } from '../stop.js';

/** Whose value is meant; none of them: the whole bundle's. */
export interface LayerOptions {
  readonly application?: string;
  readonly channel?: string;
  readonly group?: string;
  readonly user?: string;
}

export function withLayers(command: Command): Command {
  return command
    .option('--application <name>', 'of this application')
    .option('--channel <channel>', 'of this room: ADAPTER/WORKSPACE/ID or ADAPTER/#name')
    .option('--group <group>', 'of this group')
    .option('--user <username>', 'of this user');
}

/** The layer that the options name, and whose. @throws Stop for more than one */
export function layerOf({ application, channel, group, user }: LayerOptions): {
  layer: string;
  owner?: string;
} {
  const said = Object.entries({ application, channel, group, user }).filter(
    ([, owner]) => owner !== undefined,
  );
  if (said.length > 1)
    throw new Stop(
      `a value is for one of them: ${said.map(([layer]) => `--${layer}`).join(', ')}`,
      exitCodes.usage,
    );
  const [first] = said;
  return first ? { layer: first[0], owner: first[1]! } : { layer: 'bundle' };
}
