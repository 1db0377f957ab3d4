import { wallClock } from './clock.js';
import type { Surroundings } from './facts.js';
import type { FactName } from './rule.js';
import type { Given } from './values.js';

/** What a fact is. One that is missing is one value without a text; a channel has two, because it goes by its key and by its name. */
export function factIn(name: FactName, where: Surroundings | undefined): readonly Given[] {
  switch (name) {
    case 'channel':
      return several([
        ...(where?.channel === undefined ? [] : [where.channel]),
        ...(where?.channelName === undefined ? [] : [`#${where.channelName}`]),
      ]);
    case 'direct':
      return [given(where?.direct?.toString())];
    case 'relay':
      return [given(where?.relay?.name)];
    default:
      return [given(where?.[name])];
  }
}

/** The values of a tag of the relay: `""` for one without a value. None where the relay does not have it. */
export function tagIn(key: string, where: Surroundings | undefined): readonly Given[] {
  return (where?.relay?.tags ?? []).flatMap((tag) => {
    const equals = tag.indexOf('=');
    if ((equals < 0 ? tag : tag.slice(0, equals)) !== key) return [];
    const text = equals < 0 ? '' : tag.slice(equals + 1);
    return { kind: 'given', text, on: text.toLowerCase() !== 'false' } as const;
  });
}

/** The same where one value is looked at: a tag that is not there counts as off. */
export function tagOrNone(key: string, where: Surroundings | undefined): readonly Given[] {
  const values = tagIn(key, where);
  return values.length > 0 ? values : [{ kind: 'given', on: false }];
}

export function groupsIn(where: Surroundings | undefined): readonly Given[] {
  return (where?.groups ?? []).map(given);
}

/** What the clock of a zone shows to somebody who says something now. */
export function clockIn(kind: 'time' | 'weekday', zone: string, where: Surroundings | undefined): Given {
  if (!where) return { kind: 'given' };
  const text = wallClock(zone, where.now)[kind];
  return { kind: 'given', text, ...(kind === 'time' && { isTime: true }) };
}

function several(texts: readonly string[]): readonly Given[] {
  return texts.length > 0 ? texts.map(given) : [{ kind: 'given' }];
}

function given(text: string | undefined): Given {
  return text === undefined ? { kind: 'given' } : { kind: 'given', text };
}
