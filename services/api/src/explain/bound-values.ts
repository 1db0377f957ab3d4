import type { Command } from '@chasqui/bundles';
import { bind, fill, variablesIn, type BoundValue, type Resolve, type Word } from '@chasqui/command-language';
import { isRefusal, type ExplainedCommand, type ExplainedValue } from '@chasqui/contracts';
import { declarationsOf } from '../commands/invoke.js';

/** How words are bound to what a command declares, or taken as they are by one that declares nothing. Empty where they cannot be. */
export function boundValues(
  command: Command,
  typed: readonly Word[],
  isFirst: boolean,
  resolve: Resolve,
): Pick<ExplainedCommand, 'options' | 'arguments' | 'waitsFor'> {
  // The first stage is given no record, so only the defaults of its variables can hold.
  const words = isFirst && variablesIn(typed).length > 0 ? fill(typed, undefined) : typed;
  if (isRefusal(words)) return {};
  const declarations = declarationsOf(command);
  if (!declarations) {
    const waitsFor = variablesIn(words).map(({ raw }) => raw);
    const values = words.map(({ text }, index) => ({ name: String(index + 1), value: text, given: true }));
    return { arguments: values, ...(waitsFor.length > 0 && { waitsFor }) };
  }
  const bound = bind(declarations, words, resolve);
  if (isRefusal(bound)) return {};
  const { options, positionals, waiting } = bound;
  return {
    options: options.map(explained),
    arguments: positionals.map(explained),
    ...(waiting.length > 0 && { waitsFor: [...waiting] }),
  };
}

function explained({ name, texts, given, secret }: BoundValue): ExplainedValue {
  return secret ? { name, given, secret } : { name, value: texts.join(', '), given };
}
