import type { Bundle, ConfigKey } from '@chasqui/bundles';
import { layers, type Layer, type StoredValue } from './layer.js';
import { valueText, type ValueShape } from './value-text.js';

/** On whose behalf a command runs, and where it was asked for. */
export interface ConfigFacts {
  readonly userId: string;
  readonly groups: readonly string[];
  /** As `channelKey` makes it. */
  readonly channel: string;
  readonly application?: string | undefined;
}

/** Where a value comes from. `default` is the bundle's own file. */
export interface Provenance {
  readonly layer: Layer | 'default';
  readonly owner: string;
  readonly ownerName: string;
}

export interface ResolvedValue extends Provenance {
  readonly key: string;
  /** What the command finds in its environment; in clear, so it must not leave the process. */
  readonly text: string;
  readonly secret: boolean;
  /** Other values that this one hides, closest first. */
  readonly over: readonly Provenance[];
}

/** A value that is not there and has to be, or that cannot be used. */
export interface ConfigFault extends Partial<Provenance> {
  readonly kind: 'missing' | 'not-of-type' | 'not-readable';
  readonly key: string;
  readonly secret: boolean;
  readonly shape: ValueShape;
}

export interface Resolution {
  readonly values: readonly ResolvedValue[];
  readonly faults: readonly ConfigFault[];
}

/** All values of one bundle: those of an owner in a layer by their key. */
export type ValuesOfBundle = (layer: Layer, owner: string) => ReadonlyMap<string, StoredValue> | undefined;

/**
 * What a bundle's command gets, and from where. The closest layer wins; of several groups that say something of one key the first by
 * name does, so that it is the same each time. A bundle that declares keys gets those and no others; to one that declares none, everything
 * is a string. Pure.
 *
 * @param open gives the clear text of a sealed value; undefined if it does not open
 */
export function resolve(
  bundle: Pick<Bundle, 'config'>,
  stored: ValuesOfBundle,
  facts: ConfigFacts,
  open: (value: StoredValue) => string | undefined,
): Resolution {
  const closestFirst = ownersOf(facts).flatMap(([layer, owner]) => stored(layer, owner) ?? []);
  const values: ResolvedValue[] = [];
  const faults: ConfigFault[] = [];
  for (const declared of declarationsFor(bundle, closestFirst)) {
    const candidates = closestFirst.flatMap((one) => one.get(declared.name) ?? []);
    const found = valueOf(declared, candidates, open);
    if (found && 'kind' in found) faults.push(found);
    else if (found) values.push(found);
  }
  return { values, faults };
}

/** The owners whose values count, closest first. */
function ownersOf({ userId, groups, channel, application }: ConfigFacts): [Layer, string][] {
  const owners: Readonly<Record<Layer, readonly string[]>> = {
    bundle: [''],
    application: application === undefined ? [] : [application],
    channel: [channel],
    group: groups.toSorted(),
    user: [userId],
  };
  return layers
    .toReversed()
    .flatMap((layer) => owners[layer].map((owner): [Layer, string] => [layer, owner]));
}

function declarationsFor(
  { config = [] }: Pick<Bundle, 'config'>,
  found: readonly ReadonlyMap<string, StoredValue>[],
): readonly ConfigKey[] {
  if (config.length > 0) return config;
  const names = new Set(found.flatMap((one) => [...one.keys()]));
  return [...names].sort().map((name) => ({ name, type: 'string' }));
}

function valueOf(
  declared: ConfigKey,
  [closest, ...others]: readonly StoredValue[],
  open: (value: StoredValue) => string | undefined,
): ResolvedValue | ConfigFault | undefined {
  const { name: key, type, values, secret: declaredSecret = false } = declared;
  const shape = { type, ...(values && { values }) };
  const ownDefault: Provenance[] =
    declared.default === undefined ? [] : [{ layer: 'default', owner: '', ownerName: '' }];
  if (!closest) {
    if (ownDefault[0])
      return { ...ownDefault[0], key, text: String(declared.default), secret: declaredSecret, over: [] };
    return declared.required ? { kind: 'missing', key, secret: declaredSecret, shape } : undefined;
  }
  const from = provenanceOf(closest);
  const secret = closest.secret || declaredSecret;
  const typed = closest.secret ? open(closest) : closest.value;
  if (typed === undefined) return { kind: 'not-readable', ...from, key, secret, shape };
  const text = valueText(shape, typed);
  if (text === undefined) return { kind: 'not-of-type', ...from, key, secret, shape };
  return { ...from, key, text, secret, over: [...others.map(provenanceOf), ...ownDefault] };
}

function provenanceOf({ layer, owner, ownerName }: StoredValue): Provenance {
  return { layer, owner, ownerName };
}
