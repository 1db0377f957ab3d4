import { refusal, type Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import { draw, rendered, renderWhoami, type Rendered } from '@chasqui/replies';
import { Injectable } from '@nestjs/common';
import { AliasCommand } from '../aliases/alias-command.service.js';
import { CancelCommand } from '../cancelling/cancel-command.service.js';
import { LogsCommand } from '../audit/logs-command.service.js';
import type { Answer } from '../commands/decide.js';
import type { Known } from '../commands/known.js';
import type { Ask, BuiltIn } from './built-in.js';
import { Registration } from '../registration/registration.service.js';
import { help } from './help.js';
import { WhyCommand } from '../explain/why-command.service.js';
import { History } from './history.service.js';
import { builtInHelp, type BuiltInName } from './names.js';
import { relays } from './relays.js';
import { which } from './which.js';
import { LocksCommand } from '../waiting/locks-command.service.js';
import { ScheduleCommand } from '../schedules/schedule-command.service.js';

type Answers = Record<Exclude<BuiltInName, 'again'>, Pick<BuiltIn, 'answer'>>;

/** What the API answers by itself: everything in `names.ts`, done. */
@Injectable()
export class BuiltIns {
  private readonly answers: Answers;

  constructor(
    history: History,
    aliases: AliasCommand,
    registration: Registration,
    why: WhyCommand,
    logs: LogsCommand,
    locks: LocksCommand,
    cancel: CancelCommand,
    schedules: ScheduleCommand,
  ) {
    this.answers = {
      help: { answer: help },
      which: { answer: which },
      whoami: { answer: ({ asker }) => renderWhoami({ ...asker, permissions: asker.permissions }) },
      register: { answer: (ask) => registration.toKnown(ask) },
      relays: { answer: relays },
      last: drawn((ask) => history.last(ask)),
      history: drawn((ask) => history.lines(ask)),
      logs: drawn((ask) => logs.records(ask)),
      locks: drawn((ask) => locks.records(ask)),
      cancel: { answer: (ask) => cancel.answer(ask) },
      run: { answer: (ask) => history.show(ask) },
      alias: { answer: (ask) => aliases.answer(ask) },
      why: { answer: (ask) => why.answer(ask) },
      schedule: { answer: (ask) => schedules.answer(ask) },
    };
  }

  async answer({ builtIn, words, asker }: Answer, known: Known): Promise<Rendered | Refusal> {
    // Whoever got this far with it gave no id: with one, it is read as the line of that run.
    if (builtIn === 'again') return refusal('bad-usage', { usage: builtInHelp.again.usage });
    return this.answers[builtIn].answer({ words, asker, known });
  }
}

/** A built-in whose answer is its records, drawn. */
function drawn(records: (ask: Ask) => Promise<Records | Refusal>): Pick<BuiltIn, 'answer'> {
  return {
    answer: async (ask) => {
      const found = await records(ask);
      return 'kind' in found ? found : rendered('succeeded', draw(found));
    },
  };
}
