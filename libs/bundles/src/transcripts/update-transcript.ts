import { isMap, isScalar, isSeq, parseDocument, type Scalar, type YAMLMap } from 'yaml';

/** What was heard in the place of a step's answer. */
export interface Heard {
  /** Its place in the list of steps, from 0. */
  readonly step: number;
  readonly text: string;
}

/** A transcript's text with other answers in it. Everything else, comments and layout too, stays as it is written. */
export function updateTranscript(source: string, answers: readonly Heard[]): string {
  const steps = parseDocument(source).get('transcript', true);
  if (!isSeq(steps)) return source;
  const edits = answers.flatMap(({ step, text }) => {
    const place = placeOf(steps.items[step]);
    return place ? [{ ...place, text }] : [];
  });
  return edits.toSorted((a, b) => b.from - a.from).reduce(written, source);
}

/** Where an answer stands: its first and last character, the name before it, and whether it is between braces. */
interface Place {
  readonly from: number;
  readonly to: number;
  readonly name: number;
  readonly inBraces: boolean;
}

function placeOf(step: unknown): Place | undefined {
  const inStep = pairIn(step, 'chasqui');
  if (!isMap(step) || !inStep) return undefined;
  const holder = isMap(inStep.value) ? inStep.value : step;
  const pair = holder === step ? inStep : pairIn(holder, 'text');
  if (!pair || !isScalar(pair.value) || !pair.value.range || !pair.key.range) return undefined;
  const [from, to] = pair.value.range;
  return { from, to, name: pair.key.range[0], inBraces: step.flow === true || holder.flow === true };
}

function pairIn(map: unknown, name: string): { readonly key: Scalar; readonly value: unknown } | undefined {
  const pair = isMap(map) ? (map as YAMLMap<Scalar>).items.find(({ key }) => key.value === name) : undefined;
  return pair && { key: pair.key, value: pair.value };
}

function written(source: string, { from, to, name, inBraces, text }: Place & Pick<Heard, 'text'>): string {
  const [before, old, after] = [source.slice(0, from), source.slice(from, to), source.slice(to)];
  const wasBlock = /^[|>]/.test(old);
  if (inBraces || !text.includes('\n') || /^\s/.test(text))
    return before + inLine(text, inBraces) + (wasBlock ? '\n' : '') + after;
  const indent = ' '.repeat(name - (before.lastIndexOf('\n', name) + 1) + 2);
  const block = text.replace(/^(?=.)/gm, indent);
  if (wasBlock) return `${before}|\n${block}\n${after}`;
  // A remark behind the old answer stays on its line.
  const [remark, ...rest] = after.split('\n');
  return `${before}|${remark}\n${[block, ...rest].join('\n')}`;
}

/** Quotes where a text would be read as something else, as people write them. */
function inLine(text: string, inBraces: boolean): string {
  if (/[\n\t]/.test(text) || /^\s|\s$/.test(text)) return JSON.stringify(text);
  const isPlain =
    /^[\p{L}(][^#:]*$/u.test(text) &&
    !/^(true|false|null|yes|no|on|off)$/i.test(text) &&
    !(inBraces && /[,[\]{}]/.test(text));
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}
