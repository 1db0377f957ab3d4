import type { DriverName } from '@chasqui/contracts';
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
