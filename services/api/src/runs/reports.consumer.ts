import { Report, topics } from '@chasqui/contracts';
import { open, relayNamedIn } from '@chasqui/sealing';
import { Park } from '@chasqui/transport';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Events } from '../events.js';
import { RelayBoard } from '../relays/board.service.js';
import { Reports } from './reports.service.js';

/** Takes what relays report. A report counts only if it opens with the key of the relay that it names. */
@Controller()
export class ReportsConsumer {
  constructor(
    private readonly board: RelayBoard,
    private readonly reports: Reports,
    private readonly events: Events,
  ) {}

  @EventPattern<string>(topics.relayReports.name)
  async hear(@Payload() sealed: string): Promise<void> {
    const relay = relayNamedIn(sealed) ?? '';
    if (!this.board.get(relay)) await this.board.load();
    const keys = this.board.keysOf(relay);
    const read = keys && Report.safeParse(await open(sealed, relay, 'from-relay', keys.reports));
    if (!keys || !read?.success || read.data.relay !== relay) {
      const why = keys === undefined ? 'unknown-relay' : 'wrong-token';
      this.events.reportRejected(relay, why);
      throw new Park('unsealed', why);
    }
    await this.reports.take(read.data);
  }
}
