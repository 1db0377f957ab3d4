import { metrics, type Attributes, type MeterProvider } from '@opentelemetry/api';

/** Few-valued only: a name, a kind, a state; never a run, a person or a text. */
export type Labels = Readonly<Record<string, string | number | boolean>>;

export interface Counter {
  add(n: number, labels?: Labels): void;
}

export interface Histogram {
  record(value: number, labels?: Labels): void;
}

/** One value that a gauge shows now. */
export interface Reading {
  readonly value: number;
  readonly labels?: Labels;
}

/** Something that only grows. In the metrics text its name ends in `_total`. */
export function counter(name: string, description: string): Counter {
  const instrument = atUse((meter) => meter.createCounter(name, { description }));
  return { add: (n, labels) => instrument().add(n, labels as Attributes) };
}

/**
 * A spread of values in `unit` (UCUM: `s`, `By`), counted in `buckets` (upper edges, rising). Without buckets seconds get edges from a
 * millisecond to ten minutes, and any other unit the SDK's own, from 5 to 10,000.
 */
export function histogram(
  name: string,
  description: string,
  unit: string,
  buckets: readonly number[] | undefined = edges[unit],
): Histogram {
  const advice = buckets ? { explicitBucketBoundaries: [...buckets] } : undefined;
  const instrument = atUse((meter) =>
    meter.createHistogram(name, { description, unit, ...(advice && { advice }) }),
  );
  return { record: (value, labels) => instrument().record(value, labels as Attributes) };
}

const edges: Readonly<Record<string, readonly number[]>> = {
  s: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600],
};

/** A value that is read when somebody asks for the metrics. `read` must be quick: it answers from memory. */
export function gauge(name: string, description: string, read: () => readonly Reading[]): void {
  const bind = (): void => {
    const instrument = metrics.getMeter(scope).createObservableGauge(name, { description });
    instrument.addCallback((result) => {
      for (const { value, labels } of read()) result.observe(value, labels as Attributes);
    });
  };
  gauges.push(bind);
  if (bound) bind();
}

/** Gives every gauge made so far, and each made later, to the meter provider that is now installed. */
export function bindGauges(): void {
  bound = true;
  for (const bind of gauges) bind();
}

/** Gauges made from now on wait for the next provider. */
export function unbindGauges(): void {
  bound = false;
}

const scope = 'chasqui';
const gauges: (() => void)[] = [];
let bound = false;

/**
 * The API's metrics have no proxy: an instrument made before the SDK starts counts into nothing for ever. So ours is made at its
 * first use, and made again if the provider has changed since.
 */
function atUse<T>(make: (meter: ReturnType<MeterProvider['getMeter']>) => T): () => T {
  let provider: MeterProvider | undefined;
  let instrument: T;
  return () => {
    const current = metrics.getMeterProvider();
    if (current !== provider) {
      provider = current;
      instrument = make(current.getMeter(scope));
    }
    return instrument;
  };
}
