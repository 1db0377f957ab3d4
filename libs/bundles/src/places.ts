import { isScalar, type ParsedNode } from 'yaml';
import { pointerTo, type Finding, type Path } from './finding.js';
import { offsetInScalar } from './offset-in-scalar.js';

interface Spot {
  readonly key: ParsedNode | undefined;
  readonly value: ParsedNode | undefined;
}

/** Where each value of a document stood. */
export class Places {
  readonly #spots = new Map<string, Spot>();

  note(path: Path, spot: Spot): void {
    this.#spots.set(pointerTo(path), spot);
  }

  has(path: Path): boolean {
    return this.#spots.has(pointerTo(path));
  }

  /** A scalar as it was typed. */
  typed(path: Path): string | undefined {
    const node = this.#spots.get(pointerTo(path))?.value;
    return isScalar(node) ? node.source : undefined;
  }

  /** The offset in the file that a finding means: of the value, or its name where it is empty; of what is missing, the name above. */
  offsetOf({ path, place }: Finding, text: string): number {
    if (place && 'offset' in place) return place.offset;
    const value = place && 'at' in place ? undefined : this.#spots.get(pointerTo(path))?.value;
    if (!isScalar(value)) return value?.range[0] ?? this.#nameOf(path);
    if (value.value === null) return this.#nameOf(path);
    const [from, to] = value.range;
    if (!place || !('inside' in place) || typeof value.value !== 'string') return from;
    return from + offsetInScalar(text.slice(from, to), value.value, place.inside);
  }

  #nameOf(path: Path): number {
    const spot = this.#spots.get(pointerTo(path));
    const node = spot?.key ?? spot?.value;
    if (node) return node.range[0];
    return path.length === 0 ? 0 : this.#nameOf(path.slice(0, -1));
  }
}
