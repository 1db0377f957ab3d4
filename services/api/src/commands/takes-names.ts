import type { Command } from '@chasqui/bundles';

/** Whether a command takes a person or a room, so that their names have to be looked up. */
export function takesNames({ options = [], positionals = [] }: Command): boolean {
  return [...options, ...positionals].some(({ type, of }) => isNaming(type) || isNaming(of));
}

function isNaming(type: string | undefined): boolean {
  return type === 'user' || type === 'channel';
}
