import { quoteWord } from '@chasqui/command-language';
import { refusal, type ChatMessage, type Refusal } from '@chasqui/contracts';
import { renderExplanation, type Rendered } from '@chasqui/replies';
import { Injectable } from '@nestjs/common';
import type { Ask } from '../built-ins/built-in.js';
import { builtInHelp } from '../built-ins/names.js';
import type { Known } from '../commands/known.js';
import { whereSaid } from '../commands/where-said.js';
import { newId } from '../ids.js';
import { Simulation } from './simulation.service.js';

/** `why LINE`: what would come of the line if the asker said it here and now. */
@Injectable()
export class WhyCommand {
  constructor(private readonly simulation: Simulation) {}

  async answer({ words, asker, known }: Ask): Promise<Rendered | Refusal> {
    const [line, ...more] = words;
    if (line === undefined) return refusal('bad-usage', { usage: builtInHelp.why.usage });
    // One word is the line itself. There are several where an alias brought them: then they are the line's own words.
    const text = more.length === 0 ? line : words.map(quoteWord).join(' ');
    const explanation = await this.simulation.explain({
      message: sameMessage(text, asker.id, known),
      asker,
      ...(asker.scopes && { scopes: asker.scopes }),
      origin: known.origin,
      mayReadRuns: true,
      seesRelays: asker.permissions.has('chasqui:read-relays'),
    });
    return renderExplanation(explanation);
  }
}

/** Another text, said by the same person in the same place. */
function sameMessage(text: string, userId: string, known: Known): ChatMessage {
  return {
    id: newId(),
    ...whereSaid(known),
    sender: { id: userId },
    addressed: 'direct',
    text,
    saidAt: known.saidAt,
  };
}
