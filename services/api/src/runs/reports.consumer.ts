import { Report, topics } from '@chasqui/contracts';
import { nameIn } from '@chasqui/sealing';
import { Park } from '@chasqui/transport';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Events } from '../events.js';
import { RelayBoard } from '../relays/board.service.js';
import { Reports } from './reports.service.js';

/** Takes what relays report. A report counts only if it opens with a token of the relay that it names. */
@Controller()
export class ReportsConsumer {
  constructor(
    private readonly board: RelayBoard,
    private readonly reports: Reports,
    private readonly events: Events,
  ) {}

  @EventPattern<string>(topics.relayReports.name)
  async hear(@Payload() sealed: string): Promise<void> {
    const name = nameIn(sealed) ?? '';
    const relay = await this.board.find(name);
    const ring = this.board.ringOf(name);
    const opened = ring?.open(sealed, 'from-relay', (keys) => keys.reports, Date.now());
    if (opened === undefined) throw this.parked(name, relay ? 'revoked' : 'unknown-relay');
    if (typeof opened === 'string') throw this.parked(name, opened);
    const { data: report } = Report.safeParse(opened.message);
    if (report?.relay !== name) throw this.parked(name, 'wrong-token');
    await this.reports.take(report);
  }

  private parked(relay: string, why: Parameters<Events['reportRejected']>[1]): Park {
    this.events.reportRejected(relay, why);
    return new Park('unsealed', why);
  }
}
