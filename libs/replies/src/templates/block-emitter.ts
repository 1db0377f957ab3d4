import type { Block } from '@chasqui/contracts';
import type { Emitter } from 'liquidjs';
import { limits } from './limits.js';
import { shown } from './shown.js';
import { TemplateProblem } from './template-fault.js';
import { trimmed } from './tidy.js';

/** What one rendering may still write, in all of its texts together. */
export class Budget {
  #left: number = limits.outputLength;

  take(text: string): string {
    this.#left -= text.length;
    if (this.#left < 0) throw new TemplateProblem('too-much-output', { most: limits.outputLength });
    return text;
  }
}

/** Gathers the text between two tags of ours. */
export class TextEmitter implements Emitter {
  buffer = '';

  constructor(readonly budget: Budget) {}

  write(value: unknown): void {
    this.buffer += this.budget.take(shown(value));
  }
}

/** Gathers blocks: those of our tags, and between them what free text there is. What was written is never read again, so no output is markup. */
export class BlockEmitter extends TextEmitter {
  readonly #blocks: Block[] = [];

  add(block: Block): void {
    this.#paragraph();
    const last = this.#blocks.at(-1);
    if (block.kind === 'fields' && last?.kind === 'fields') last.fields.push(...block.fields);
    else this.#blocks.push(block);
    if (this.#blocks.length > limits.blocks) {
      throw new TemplateProblem('too-much-output', { most: limits.blocks, what: 'blocks' });
    }
  }

  finish(): Block[] {
    this.#paragraph();
    return this.#blocks;
  }

  #paragraph(): void {
    const text = trimmed(this.buffer);
    this.buffer = '';
    if (text !== '') this.add({ kind: 'text', text });
  }
}
