import { randomUUID } from 'node:crypto';
import { topics, type Heartbeat, type Welcome } from '@chasqui/contracts';
import { seal, type SealingKey } from '@chasqui/sealing';
import { outgoing, type Transport } from '@chasqui/transport';
import type { RelayConfig } from '../config.js';
import type { AvailableDrivers } from '../drivers/available-drivers.js';
import type { RelayEvents } from '../events.js';
import { version } from '../version.js';
import type { ApiClock } from './api-clock.js';

/** What heartbeats say of the relay's work. */
export interface Load {
  readonly load: { readonly running: number; readonly waiting: number };
  readonly stopping: boolean;
}

/** Until the API has answered, heartbeats come quicker, so that a relay is of use soon. */
const unknownMs = 1000;
/** After that long without an answer, an operator should know. */
const silentMs = 15_000;
const askAgainMs = 60_000;
const clockOffMs = 2000;

/**
 * Tells the API every five seconds that this relay lives, what it has in hand and what it can run; and learns the API's clock from the answers
 * it asks for, at first with every heartbeat and then once a minute.
 */
export class Heartbeats {
  private readonly instance = randomUUID();
  private readonly startedAt = Date.now();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private askedAt = 0;
  private complained = false;
  private known = new Map<string, string>();

  constructor(
    private readonly config: Pick<RelayConfig, 'name' | 'tags' | 'slots' | 'heartbeatMs'>,
    private readonly key: SealingKey,
    private readonly transport: Transport,
    private readonly drivers: AvailableDrivers,
    private readonly work: Load,
    private readonly clock: ApiClock,
    private readonly events: RelayEvents,
  ) {}

  /** Whether the API has answered since the start. */
  get welcome(): boolean {
    return this.clock.known;
  }

  /** Beats now and from now on. */
  start(): void {
    void this.go();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** One heartbeat out of turn: something changed that the API should know soon. */
  async beat(): Promise<void> {
    await this.drivers.refresh();
    this.tellChanges();
    const sealed = seal(this.heartbeat(), this.config.name, 'from-relay', this.key);
    try {
      await this.transport.publish(outgoing(topics.relayHeartbeats, {}, this.config.name, sealed));
    } catch (error) {
      this.events.heartbeatFailed(error);
    }
  }

  /** The API's answer. */
  welcomed({ nonce, apiTime }: Welcome): void {
    const { known, offset } = this.clock;
    if (!this.clock.answer(nonce, apiTime)) return;
    if (!known) {
      this.events.welcomed(this.clock.offset);
      // The first that shows the API that this relay lives, because it says when.
      void this.beat();
    }
    const isOff = Math.abs(this.clock.offset) > clockOffMs;
    if (isOff && (!known || Math.abs(offset) <= clockOffMs)) this.events.clockOff(this.clock.offset);
  }

  private async go(): Promise<void> {
    await this.beat();
    if (this.stopped) return;
    if (!this.clock.known && !this.complained && Date.now() - this.startedAt > silentMs) {
      this.complained = true;
      this.events.unknownToApi(this.config.name);
    }
    const every = this.config.heartbeatMs ?? 5000;
    const wait = this.clock.known || this.complained ? every : Math.min(every, unknownMs);
    this.timer = setTimeout(() => void this.go(), wait);
  }

  private heartbeat(): Heartbeat {
    const { load, stopping } = this.work;
    const platforms = this.drivers.platforms();
    const images = this.drivers.images();
    return {
      kind: 'heartbeat',
      relay: this.config.name,
      instance: this.instance,
      version,
      startedAt: this.startedAt,
      sentAt: Date.now(),
      ...(this.clock.known && { at: this.clock.now(), clockOffsetMs: -this.clock.offset }),
      ...this.question(),
      tags: [...this.config.tags],
      drivers: this.drivers.names(),
      platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
      inFlight: load.running + load.waiting,
      slots: this.config.slots,
      draining: stopping,
      ...(platforms && { platforms: [...platforms] }),
      ...(images.length > 0 && { images: images.slice(0, 50) }),
    };
  }

  private question(): { nonce?: string } {
    if (this.clock.known && !this.clock.jumped() && Date.now() - this.askedAt < askAgainMs) return {};
    this.askedAt = Date.now();
    const nonce = randomUUID();
    this.clock.ask(nonce);
    return { nonce };
  }

  private tellChanges(): void {
    for (const [driver, state] of this.drivers.states()) {
      const now = state === true ? 'ready' : state.why;
      if (this.known.get(driver) !== now) this.events.driverChanged(driver, state);
      this.known.set(driver, now);
    }
  }
}
