/** From the most general to the closest; a closer one wins. Below all of them stands what the bundle's own file says. */
export const layers = ['bundle', 'application', 'channel', 'group', 'user'] as const;
export type Layer = (typeof layers)[number];

/**
 * A value as it is kept. `owner` is whose it is: nobody's (`''`) in the layer `bundle`, a name in `application` and `group`, a channel key
 * in `channel`, a user's id in `user`.
 */
export interface StoredValue {
  readonly bundle: string;
  readonly layer: Layer;
  readonly owner: string;
  /** The owner in words that people know: a room's name, a user name. */
  readonly ownerName: string;
  readonly key: string;
  /** As it was typed; sealed if it is secret. */
  readonly value: string;
  readonly secret: boolean;
}

/** Where a value stands: what a sealed one is bound to. */
export type ValuePlace = Pick<StoredValue, 'bundle' | 'layer' | 'owner' | 'key'>;

/** Unlike for any two places, because none of the parts but the last can hold a line feed. */
export function placeText({ bundle, layer, key, owner }: ValuePlace): string {
  return ['configuration', bundle, layer, key, owner].join('\n');
}
