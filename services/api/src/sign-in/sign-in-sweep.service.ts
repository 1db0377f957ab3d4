import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Events } from '../events.js';
import { Flows } from '../oidc/flows.service.js';
import { SignInFailures } from './failures.service.js';
import { Sessions } from './sessions.service.js';

/** Between two sweeps, in milliseconds. Nobody can use what is past its time in between; it only takes up room. */
const everyMs = 600_000;

/** Deletes what signing in leaves behind: sessions and sign-ins that are over, failures that were long ago. Any number of instances may. */
@Injectable()
export class SignInSweep implements OnApplicationShutdown {
  private readonly timer = setInterval(() => this.tick(), everyMs).unref();
  private sweeping: Promise<unknown> | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly failures: SignInFailures,
    private readonly flows: Flows,
    private readonly events: Events,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.sweeping;
  }

  async run(): Promise<void> {
    await this.sessions.forgetOld();
    await this.failures.forgetOld();
    await this.flows.forgetOld();
  }

  private tick(): void {
    this.sweeping ??= this.run()
      .catch((cause: unknown) =>
        this.events.unexpected('the sweep of sessions failed; it will try again', cause),
      )
      .finally(() => (this.sweeping = undefined));
  }
}
