import type { Asker, Effect, Order } from '@chasqui/contracts';
import { isMeant } from '../policy/is-like.js';
import { whenNext } from '../policy/hours.js';
import { listed, saidBy, type PolicyFor } from '../policy/policy-for.js';
import { forbiddenFiles } from './forbidden-files.js';
import { forbiddenExecutable } from './forbidden-executable.js';
import { forbiddenImage } from './forbidden-image.js';
import { forbiddenMount } from './forbidden-mount.js';

/**
 * Why the policy keeps an order from being run, with the line that does and what it would allow; undefined where it does not. `now` is in
 * milliseconds by the API's clock; while that is not known, the hours are not looked at. Pure.
 */
export function forbidden(order: Order, policy: PolicyFor, now: number | undefined): string | undefined {
  return (
    forbiddenCommand(order, policy) ??
    forbiddenEffect(order, policy) ??
    (now === undefined ? undefined : forbiddenHour(order, policy, now)) ??
    (order.image === undefined
      ? forbiddenExecutable(order.executable[0], policy)
      : forbiddenImage(order.image, policy)) ??
    forbiddenMount(order.mounts ?? [], policy) ??
    forbiddenFiles(order, policy) ??
    forbiddenCapability(order.capabilities ?? [], policy)
  );
}

function forbiddenCommand(order: Order, policy: PolicyFor): string | undefined {
  const { allow, deny = [] } = policy.commands;
  const name = `${order.bundle}:${order.command}`;
  const denied = deny.findIndex((pattern) => isMeant(order, pattern));
  if (denied >= 0) return saidBy(policy, ['commands', 'deny', denied], `${name} may not be run here`);
  if (allow === undefined || allow.some((pattern) => isMeant(order, pattern))) return undefined;
  const only =
    allow.length > 0 ? `only ${listed(allow, 'and')} may be run here` : 'no command may be run here';
  return saidBy(policy, ['commands', 'allow'], `${only}, not ${name}`);
}

const commandsOf: Readonly<Record<Effect, string>> = {
  read: 'commands that only read',
  idempotent: 'commands that are idempotent',
  write: 'commands that write',
};

function forbiddenEffect({ effect = 'write', asker }: Order, policy: PolicyFor): string | undefined {
  const needed = policy.effects[effect];
  if (needed === undefined) return undefined;
  const said = (key: string[], sentence: string) =>
    saidBy(policy, ['effects', effect, ...key], `${commandsOf[effect]} ${sentence}`);
  if (needed === 'never') return said([], 'are not run here');
  const { groups, permissions } = needed;
  if (groups && !groups.some((group) => asker.groups?.includes(group)))
    return said(
      ['groups'],
      `are for the ${plural('group', groups)} ${listed(groups)}, and ${whoIs(asker)} is not in ${groups.length > 1 ? 'any of them' : 'it'}`,
    );
  const missing = permissions?.filter((permission) => !asker.permissions?.includes(permission)) ?? [];
  if (missing.length > 0)
    return said(
      ['permissions'],
      `need the ${plural('permission', permissions!)} ${listed(permissions!, 'and')}, and ${whoIs(asker)} does not have ${listed(missing)}`,
    );
  return undefined;
}

function forbiddenHour({ effect = 'write' }: Order, policy: PolicyFor, now: number): string | undefined {
  const { hours } = policy;
  if (!hours || (hours.effects && !hours.effects.includes(effect))) return undefined;
  const when = whenNext(hours, now);
  if (!when) return undefined;
  const which = hours.effects ? commandsOf[effect] : 'commands';
  return saidBy(
    policy,
    ['hours'],
    `${which} are started ${hours.text} (${hours.zone}), and it is ${when.now} there; they are again from ${when.next}`,
  );
}

function forbiddenCapability(asked: readonly string[], policy: PolicyFor): string | undefined {
  const { capabilities } = policy;
  const none = asked.filter((name) => !capabilities.includes(name));
  if (none.length === 0) return undefined;
  const allowed =
    capabilities.length > 0
      ? `only ${listed(capabilities, 'and')} may be given`
      : 'no capabilities are given';
  return saidBy(policy, ['capabilities'], `${allowed}, and this asks for ${listed(none, 'and')}`);
}

function whoIs({ username }: Asker): string {
  return username === '' ? 'who asks' : username;
}

function plural(noun: string, { length }: readonly string[]): string {
  return length > 1 ? `${noun}s` : noun;
}
