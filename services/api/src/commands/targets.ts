import { suggest, type Redirect } from '@chasqui/command-language';
import { refusal, type Refusal } from '@chasqui/contracts';
import type { Known } from './known.js';
import type { Target } from './plan.js';

/**
 * Where a line's redirects lead, each place once. A room is one that the message names by its provider's id, or one that Chasqui was
 * spoken to in before; a person is one whose chat identity an administrator joined to a user.
 */
export function targetsOf(redirects: readonly Redirect[], known: Known): readonly Target[] | Refusal {
  const targets = new Map<string, Target>();
  for (const redirect of redirects) {
    const target = targetOf(redirect, known);
    if ('kind' in target) return target;
    targets.set(target.here ? 'here' : target.room, target);
  }
  return [...targets.values()];
}

function targetOf(redirect: Redirect, known: Known): Target | Refusal {
  const { name = '', start, end } = redirect;
  const missing = (what: 'room' | 'person', names: Iterable<string>): Refusal =>
    refusal('unknown-target', {
      what,
      name,
      suggestion: suggest(name, names),
      position: start,
      length: end - start,
    });
  switch (redirect.kind) {
    case 'here':
      return { label: 'here', room: known.place.room, here: true };
    case 'me':
      return { label: 'you', room: known.sender.id };
    case 'room': {
      const room = known.rooms.get(name);
      return room === undefined ? missing('room', known.rooms.keys()) : { label: `#${name}`, room };
    }
    case 'person': {
      const id = known.mentioned.get(name) ?? known.people.get(name)?.externalId;
      return id === undefined ? missing('person', known.people.keys()) : { label: `@${name}`, room: id };
    }
  }
}
