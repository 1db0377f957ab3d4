import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Events } from '../events.js';
import { deleteExpired } from './entries.js';

/** Between two sweeps, in milliseconds. Nobody sees what is past its time in between; it only takes up room. */
const everyMs = 60_000;

/** Deletes entries that are past their time. Any number of instances may. */
@Injectable()
export class StoreSweep implements OnApplicationShutdown {
  private readonly timer = setInterval(() => this.tick(), everyMs).unref();
  private sweeping: Promise<unknown> | undefined;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly events: Events,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  private tick(): void {
    this.sweeping ??= deleteExpired(this.dataSource)
      .catch((cause: unknown) =>
        this.events.unexpected('the sweep of the store failed; it will try again', cause),
      )
      .finally(() => (this.sweeping = undefined));
  }
}
