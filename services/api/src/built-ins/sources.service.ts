import type { Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import { Injectable } from '@nestjs/common';
import { LogsCommand } from '../audit/logs-command.service.js';
import type { KnownAsker, Known } from '../commands/known.js';
import type { SourceStage } from '../commands/plan.js';
import { LocksCommand } from '../waiting/locks-command.service.js';
import type { Ask } from './built-in.js';
import { History } from './history.service.js';
import { relayRecords } from './relays.js';

/** The records at the head of a pipeline: those of `isSource` in `names.ts`. */
@Injectable()
export class Sources {
  constructor(
    private readonly history: History,
    private readonly logs: LogsCommand,
    private readonly locks: LocksCommand,
  ) {}

  async records({ name, words }: SourceStage, asker: KnownAsker, known: Known): Promise<Records | Refusal> {
    const ask: Ask = { words, asker, known };
    switch (name) {
      case 'relays':
        return relayRecords(ask);
      case 'last':
        return this.history.last(ask);
      case 'history':
        return this.history.lines(ask);
      case 'logs':
        return this.logs.records(ask);
      case 'locks':
        return this.locks.records(ask);
      default:
        throw new Error(`${name} has no records`);
    }
  }
}
