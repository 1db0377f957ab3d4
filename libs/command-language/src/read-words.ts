import type { Refusal } from '@chasqui/contracts';
import { badArguments, clipped } from './argument-problem.js';
import type { Word } from './command-line.js';
import { endOfOptions, isOption, optionsOf, takesNext, type GivenOption } from './given-option.js';
import { typedLength } from './piece.js';
import { takePlacement, type Placement } from './take-placement.js';

/** A stage's words after the command's name, read without knowing what the command declares. */
export interface ReadWords {
  /** What `--on` and Chasqui's other own options say. */
  readonly placement: Placement;
  /** `--help` was the only word. */
  readonly help: boolean;
  /** What the program gets: every word byte for byte, `--` included, Chasqui's own options left out. */
  readonly argv: readonly string[];
  readonly options: readonly GivenOption[];
  /** Every word of `argv` that is not an option, those that may be an option's value included. */
  readonly args: readonly string[];
}

/**
 * Reads the words of a stage. `--on SELECTOR` and the like (`takePlacement`) are Chasqui's own on every command, as long as they are bare
 * and stand before a bare `--`.
 *
 * What is an option is read from the texts alone: the program does not see quotes either, so quotes hide nothing from the rules. A word
 * that a variable would make an option, or a `--`, is a `bad-arguments` refusal, because the program would believe the record; behind a
 * typed `--`, or a typed `--name=`, it may be anything.
 */
export function readWords(words: readonly Word[]): ReadWords | Refusal {
  const taken = takePlacement(words);
  if ('kind' in taken) return taken;
  const { placement, kept } = taken;

  const options: GivenOption[] = [];
  const args: string[] = [];
  let ended = false;
  for (const [index, word] of kept.entries()) {
    const option = isOption(word.text);
    if (!ended && (option || word.text === endOfOptions)) {
      const refused = refusedVariable(word);
      if (refused) return refused;
    }
    if (!ended && word.text === endOfOptions) {
      ended = true;
      continue;
    }
    if (ended || !option) args.push(word.text);
    if (!option) continue;
    // Behind `--` it is an argument, unless the program does not know `--`, or took it for an option's value. Right behind an
    // option it is one itself, unless it is that option's value.
    const before = kept[index - 1];
    const unsure = ended || (before !== undefined && takesNext(before.text));
    for (const given of optionsOf(word, kept[index + 1])) options.push(unsure ? { ...given, unsure } : given);
  }

  const help = kept.length === 1 && kept[0]!.raw === '--help';
  return { placement, help, argv: kept.map((word) => word.text), options, args };
}

function refusedVariable(word: Word): Refusal | undefined {
  const typed = typedLength(word);
  const equals = word.text.indexOf('=');
  if (typed === Infinity || (equals >= 0 && equals < typed)) return undefined;
  const problem = typed > 0 ? 'variable-in-name' : 'option-from-variable';
  const place = { position: word.start, length: word.end - word.start };
  return badArguments([{ problem, name: clipped(word.raw), ...place, found: clipped(word.text) }]);
}
