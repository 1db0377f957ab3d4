import type { Bundle } from '@chasqui/bundles';
import { refusal, type Refusal } from '@chasqui/contracts';
import type { Layer, StoredValue } from './layer.js';
import { resolve, type ConfigFacts, type ConfigFault, type Resolution } from './resolve.js';

/** The whole configuration as it was at one moment. Asks nobody, so that a decision can look at it. Secrets stay sealed until they are asked for. */
export class ConfigurationView {
  static readonly none = new ConfigurationView([], () => undefined);

  /** By bundle, then by layer and owner, then by key. */
  private readonly values = new Map<string, Map<string, Map<string, StoredValue>>>();

  constructor(
    stored: Iterable<StoredValue>,
    private readonly open: (value: StoredValue) => string | undefined,
  ) {
    for (const value of stored) {
      const ofBundle = entry(this.values, value.bundle, () => new Map<string, Map<string, StoredValue>>());
      entry(ofBundle, ownerIn(value.layer, value.owner), () => new Map<string, StoredValue>()).set(
        value.key,
        value,
      );
    }
  }

  /** What a run of one of its commands would get, and what is wrong with it. */
  resolve(bundle: Pick<Bundle, 'name' | 'config'>, facts: ConfigFacts): Resolution {
    const ofBundle = this.values.get(bundle.name);
    if (!ofBundle && !bundle.config?.length) return nothing;
    return resolve(bundle, (layer, owner) => ofBundle?.get(ownerIn(layer, owner)), facts, this.open);
  }

  /** Why none of its commands can run: a value is missing or cannot be used. Undefined where all is well. */
  check(bundle: Pick<Bundle, 'name' | 'config'>, facts: ConfigFacts): Refusal | undefined {
    const [fault] = this.resolve(bundle, facts).faults;
    return fault && refusalOf(bundle.name, fault);
  }

  /** The environment variables of its commands, secrets in clear. */
  valuesFor(bundle: Pick<Bundle, 'name' | 'config'>, facts: ConfigFacts): Record<string, string> {
    const { values } = this.resolve(bundle, facts);
    return Object.fromEntries(values.map(({ key, text }) => [key, text]));
  }
}

const nothing: Resolution = { values: [], faults: [] };

/** Says which value it is and what it must be, and nothing of what it is. */
export function refusalOf(bundle: string, fault: ConfigFault): Refusal {
  const { kind, key, secret, shape, layer, ownerName } = fault;
  const where = { bundle, key, secret, ...shape };
  if (kind === 'missing') return refusal('config-missing', where);
  return refusal('config-broken', { ...where, why: kind, layer, owner: ownerName });
}

function ownerIn(layer: Layer, owner: string): string {
  return `${layer} ${owner}`;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
