import type { DriverName } from '@chasqui/contracts';
import type { RelayEvents } from '../events.js';
import type { Driver } from './driver.js';

/** The drivers that this relay was given, and which of them could run something when last asked. */
export class AvailableDrivers {
  private readonly told = new Map<DriverName, true | { readonly why: string }>();

  constructor(readonly all: readonly Driver[]) {}

  /** Asks each of them again. */
  async refresh(): Promise<void> {
    await Promise.all(this.all.map(async (driver) => this.told.set(driver.name, await driver.available())));
  }

  /** Each driver, and whether it could run something when last asked. */
  states(): [DriverName, true | { readonly why: string }][] {
    return [...this.told];
  }

  /** Those that can run something, for heartbeats. */
  names(): DriverName[] {
    return this.all.map(({ name }) => name).filter((name) => this.told.get(name) === true);
  }

  named(name: DriverName | undefined): Driver | undefined {
    return this.all.find((driver) => driver.name === name);
  }

  /** What earlier processes of this relay left. An engine that is away keeps it until the next start. */
  async removeLeftOvers(
    inHand: ReadonlySet<string>,
    olderThanMs: number,
    events: Pick<RelayEvents, 'leftOversStay'>,
  ): Promise<void> {
    for (const driver of this.all) {
      if (this.told.get(driver.name) !== true) continue;
      await driver
        .removeLeftOvers?.(inHand, olderThanMs)
        .catch((error: unknown) => events.leftOversStay(driver.name, error));
    }
  }

  /** What those run that run images, as far as they know; undefined where none of them does. */
  platforms(): readonly string[] | undefined {
    const told = this.all.flatMap((driver) => driver.platforms?.() ?? []);
    return told.length > 0 ? [...new Set(told)] : undefined;
  }

  /** The digests of images that were run lately, for heartbeats. */
  images(): readonly string[] {
    return this.all.flatMap((driver) => driver.images?.() ?? []);
  }

  /** Gives up whatever is kept ready. */
  async close(): Promise<void> {
    for (const driver of this.all) await driver.close?.();
  }

  /** The driver for orders with an image, or without one; or why there is none. */
  for(image: string | undefined): Driver | { readonly why: string } {
    const fitting = this.all.filter(({ name }) => (image === undefined) === (name === 'process'));
    const ready = fitting.find(({ name }) => this.told.get(name) === true);
    if (ready) return ready;
    const states = fitting.map(({ name }) => this.told.get(name));
    const why = states.map((state) => (typeof state === 'object' ? state.why : '')).filter(Boolean);
    if (why.length > 0) return { why: why.join('; ') };
    return {
      why: image === undefined ? 'this relay has no process driver' : 'this relay has no container driver',
    };
  }
}
