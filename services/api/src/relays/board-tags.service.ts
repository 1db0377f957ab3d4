import { Injectable } from '@nestjs/common';
import { RelayTags } from '../http/relay-tags.js';
import { RelayBoard } from './board.service.js';

/** The tags that operators gave a relay. Those it gives itself do not count here: it could put itself under whom it likes. */
@Injectable()
export class BoardTags extends RelayTags {
  constructor(private readonly board: RelayBoard) {
    super();
  }

  async tagsOf(relay: string): Promise<readonly string[] | undefined> {
    await this.board.load();
    return this.board.get(relay)?.givenTags;
  }
}
