import { gauge } from '@chasqui/telemetry';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { ApiConfig } from '../config.js';
import { CONFIG } from '../parts.js';
import { RelayBoard } from './board.service.js';
import { stateOf } from './relay-state.js';

/** From how far off a relay's clock is worth a word, in milliseconds. */
const clockOffMs = 2_000;

/** Shows how the relays are, by their number in each state: names would be too many. */
@Injectable()
export class RelayGauges implements OnModuleInit {
  constructor(
    private readonly board: RelayBoard,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  onModuleInit(): void {
    gauge('chasqui_relays', 'Relays by their state', () => {
      const now = Date.now();
      const states = this.standing().map((relay) => stateOf(relay, this.config.timing, now).state);
      return [...Map.groupBy(states, (state) => state)].map(([state, all]) => ({
        value: all.length,
        labels: { state },
      }));
    });
    gauge('chasqui_relays_clock_off', 'Relays whose clock differs from ours by more than 2 s', () => [
      { value: this.standing().filter(({ heartbeat }) => isOff(heartbeat?.clockOffsetMs)).length },
    ]);
  }

  private standing() {
    return this.board.all().filter(({ revokedAt }) => revokedAt === undefined);
  }
}

function isOff(offsetMs = 0): boolean {
  return Math.abs(offsetMs) > clockOffMs;
}
