import { cogEnvironmentOf } from './cog-environment.js';
import { gortNames, ownNames, type GivenName } from './environment-names.js';
import type { OrderParts } from './order-for.js';

/**
 * What a command finds in its environment: the bundle's own `env`, over it the dynamic configuration, over that what it was given and
 * what we say. Gort's names only for Gort's bundles, Cog's for commands with
 * Cog's calling convention.
 */
export function environmentOf(parts: OrderParts): Record<string, string> {
  const { stage, invocation, configuration } = parts;
  return {
    ...stage.command.env,
    ...configuration,
    ...invocation.variables,
    ...(stage.bundle.format === 'gort' ? values(gortNames, parts) : {}),
    ...(stage.command.calling === 'cog' ? cogEnvironmentOf(parts) : {}),
    ...values(ownNames, parts),
  };
}

function values(names: readonly GivenName[], parts: OrderParts): Record<string, string> {
  return Object.fromEntries(names.map(({ name, value }) => [name, value(parts)]));
}
