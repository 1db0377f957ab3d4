import { join } from 'node:path';
import { topics, type Report } from '@chasqui/contracts';
import { keysOf, type RelayKeys, type SealingKey } from '@chasqui/sealing';
import type { Checks, Logger } from '@chasqui/telemetry';
import type { Transport } from '@chasqui/transport';
import type { RelayConfig } from './config.js';
import type { AvailableDrivers } from './drivers/available-drivers.js';
import type { Driver } from './drivers/driver.js';
import { executionName } from './drivers/execution-name.js';
import { openDrivers } from './drivers/open-drivers.js';
import { gaugeOfClock, gaugeOfLoad, relayEvents, type RelayEvents } from './events.js';
import { ApiClock } from './heartbeat/api-clock.js';
import { Heartbeats } from './heartbeat/heartbeats.js';
import { Executions } from './orders/executions.js';
import { Journal } from './orders/journal.js';
import { KeptReports } from './orders/kept-reports.js';
import { Reports } from './orders/reports.js';
import { takeUp } from './orders/take-up.js';
import { longestTimeout } from './policy.js';
import { StandingPolicy } from './policy/standing-policy.js';

/** What a relay is given by the process it lives in. */
export interface RelayParts {
  readonly transport: Transport;
  readonly logger: Logger;
  /** Other drivers than the configuration names: a benchmark's. */
  readonly drivers?: readonly Driver[];
}

/** How long the last reports may take to reach the broker while the relay stops; what does not arrive is sent by the next one. */
const lastReportsMs = 10_000;

/** What is older than anything may run, and this much more, in milliseconds, nobody will ask for. */
const leftOverMs = 10 * 60_000;

/** A relay with all its parts, from the opening of its journal to the closing. */
export class Relay {
  private readonly closing = new AbortController();
  private drained: Promise<void> | undefined;

  private constructor(
    readonly config: RelayConfig,
    readonly keys: RelayKeys,
    /** What orders open with: its token's key, and that of the token before. */
    readonly orderKeys: readonly SealingKey[],
    readonly events: RelayEvents,
    readonly executions: Executions,
    readonly heartbeats: Heartbeats,
    readonly policy: StandingPolicy,
    private readonly transport: Transport,
    readonly journal: Journal,
    private readonly drivers: AvailableDrivers,
    readonly clock: ApiClock,
    private readonly reports: Reports,
  ) {}

  /** Throws `Outage('journal-unavailable')` if its folder cannot be had or another relay has it. */
  static async open(config: RelayConfig, { transport, logger, drivers: given }: RelayParts): Promise<Relay> {
    const events = relayEvents(logger);
    const keys = await keysOf(config.name, config.secret);
    const previous = config.previousSecret && (await keysOf(config.name, config.previousSecret));
    const orderKeys = [keys.orders, ...(previous ? [previous.orders] : [])];
    const journal = await Journal.open({
      folder: config.stateFolder,
      damaged: (lines) => events.journalDamaged(lines),
    });
    const policy = new StandingPolicy(config.policy, config.policyFile, events);
    const drivers = await openDrivers(config, policy, events, given);
    const clock = new ApiClock();
    const reports = new Reports(config.name, keys.reports, transport, events);
    const keeping = {
      folder: join(config.stateFolder, 'kept'),
      seal: (report: Report) => reports.seal(report),
    };
    const kept = await KeptReports.open(keeping, namesOf(journal), events);
    const { name: relay, slots, apiUrl } = config;
    const settings = { relay, slots, policy, apiUrl };
    const executions = new Executions(settings, journal, kept, drivers, reports, clock, events);
    const heartbeats = new Heartbeats(config, keys.reports, transport, drivers, executions, clock, events);
    return new Relay(
      config,
      keys,
      orderKeys,
      events,
      executions,
      heartbeats,
      policy,
      transport,
      journal,
      drivers,
      clock,
      reports,
    );
  }

  /** Takes up what an earlier process left, and makes itself heard. New orders start once the API has answered. */
  async begin(): Promise<void> {
    gaugeOfLoad(() => this.executions.load);
    gaugeOfClock(this.clock);
    const { name: relay, apiUrl, policyEveryMs = 10_000 } = this.config;
    const { journal, executions, drivers, clock, events } = this;
    await takeUp({
      relay,
      orderKeys: this.orderKeys,
      policy: this.policy.current,
      apiUrl,
      journal,
      executions,
      drivers,
      clock,
      events,
    });
    this.policy.watch(policyEveryMs);
    void this.removeLeftOvers();
    void this.clock.whenKnown().then(() => this.executions.begin());
    const told = [{ topic: topics.relayHeartbeats }, { topic: topics.relayReports }];
    this.transport.prepare(told, this.closing.signal).then(
      () => this.beat(),
      (error: unknown) => this.events.bug(error),
    );
  }

  /** Now, from now on, and at once when the broker was away: what was said meanwhile tells only that this relay lived then. */
  private beat(): void {
    if (this.closing.signal.aborted) return;
    this.heartbeats.start();
    this.transport.whenBack(() => {
      if (!this.closing.signal.aborted) void this.heartbeats.beat();
    });
  }

  /** What earlier processes of this relay left and its journal does not know. Nothing may run so long. */
  private async removeLeftOvers(): Promise<void> {
    const longest = longestTimeout(this.policy.current) + leftOverMs;
    await this.drivers.removeLeftOvers(namesOf(this.journal), longest, this.events);
  }

  /** A number that changes with each step of each execution. */
  get steps(): number {
    return this.journal.entries;
  }

  /** What must hold for this relay to be of use. */
  get checks(): Checks {
    return {
      broker: async () => this.transport.connected() || 'the broker does not answer',
      welcome: async () => this.clock.known || 'the API has not answered a heartbeat yet',
      driver: async () => this.drivers.names().length > 0 || 'no driver could run anything',
    };
  }

  /** Takes no more orders, tells the API so, and waits for what runs, up to the configured grace. */
  drain(): Promise<void> {
    this.drained ??= (async () => {
      const drained = this.executions.drain(this.config.graceMs);
      if (this.clock.known && this.transport.connected()) await this.heartbeats.beat();
      await drained;
    })();
    return this.drained;
  }

  /** Ends it. What has not been reported by now stays in the journal. */
  async close(): Promise<void> {
    this.closing.abort();
    this.policy.stop();
    this.heartbeats.stop();
    await this.reports.stop(lastReportsMs);
    await this.executions.quiet();
    await this.drivers.close();
    await this.journal.close();
  }
}

/** The names of all executions that are not settled. */
function namesOf(journal: Journal): Set<string> {
  return new Set(
    journal.unsettled().map(({ execution, attempt }) => executionName({ executionId: execution, attempt })),
  );
}
