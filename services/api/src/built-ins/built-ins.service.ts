import { refusal, type Refusal } from '@chasqui/contracts';
import type { Records } from '@chasqui/filters';
import { draw, rendered, renderRelays, renderWhoami, type Rendered } from '@chasqui/replies';
import { Injectable } from '@nestjs/common';
import { AliasCommand } from '../aliases/alias-command.service.js';
import type { Answer } from '../commands/decide.js';
import type { Known, KnownAsker } from '../commands/known.js';
import type { SourceStage } from '../commands/plan.js';
import type { Ask, BuiltIn } from './built-in.js';
import { help } from './help.js';
import { History } from './history.service.js';
import { builtInHelp, type BuiltInName } from './names.js';
import { relayRecords } from './relays.js';
import { which } from './which.js';

type Answers = Record<Exclude<BuiltInName, 'again'>, Pick<BuiltIn, 'answer' | 'records'>>;

/** What the API answers by itself: everything in `names.ts`, done. */
@Injectable()
export class BuiltIns {
  private readonly answers: Answers;

  constructor(history: History, aliases: AliasCommand) {
    this.answers = {
      help: { answer: help },
      which: { answer: which },
      whoami: { answer: ({ asker }) => renderWhoami({ ...asker, permissions: asker.permissions }) },
      relays: { answer: ({ known }) => renderRelays(known.relays, known.now), records: relayRecords },
      last: drawn((ask) => history.last(ask)),
      history: drawn((ask) => history.lines(ask)),
      run: { answer: (ask) => history.show(ask) },
      alias: { answer: (ask) => aliases.answer(ask) },
    };
  }

  async answer({ builtIn, words, asker }: Answer, known: Known): Promise<Rendered | Refusal> {
    // Whoever got this far with it gave no id: with one, it is read as the line of that run.
    if (builtIn === 'again') return refusal('bad-usage', { usage: builtInHelp.again.usage });
    return this.answers[builtIn].answer({ words, asker, known });
  }

  /** The records at the head of a pipeline. */
  async records({ name, words }: SourceStage, asker: KnownAsker, known: Known): Promise<Records | Refusal> {
    const records = this.answers[name as keyof Answers].records;
    if (!records) throw new Error(`${name} has no records`);
    return records({ words, asker, known });
  }
}

/** A built-in whose answer is its records, drawn. */
function drawn(records: (ask: Ask) => Promise<Records | Refusal>): Pick<BuiltIn, 'answer' | 'records'> {
  return {
    records,
    answer: async (ask) => {
      const found = await records(ask);
      return 'kind' in found ? found : rendered('succeeded', draw(found));
    },
  };
}
