import type { Span, Word } from '@chasqui/command-language';
import { decryptAtRest, encryptAtRest, keyFor, type SecretKeys } from '@chasqui/sealing';
import { orderedLater, type CommandStage, type StoredPlan } from './plan.js';

/** A stage as it is kept: its words are sealed where a secret is among them, and left out where they are not needed again. */
type KeptStage = CommandStage & { readonly sealedWords?: string };

/** The keys of `keepPlan` and `openPlan`, from those of the installation. */
export function planKeysOf(keys: SecretKeys): SecretKeys {
  return keyFor('plans', keys);
}

/**
 * A plan as it may be written down. What the first stage was started with is not needed again, unless it may be ordered later; the words of the other
 * stages are. Where the command declares one of them secret they are encrypted for this run alone.
 */
export function keepPlan(
  plan: StoredPlan,
  secrets: readonly Span[],
  runId: string,
  keys: SecretKeys,
): StoredPlan {
  const stages = plan.stages.map((stage, index) => {
    if (stage.kind !== 'command') return stage;
    if (index === 0 && !orderedLater(stage)) return { ...stage, words: [] };
    if (!stage.words.some((word) => secrets.some((span) => overlaps(word, span)))) return stage;
    const text = Buffer.from(JSON.stringify(stage.words));
    const kept: KeptStage = {
      ...stage,
      words: [],
      sealedWords: encryptAtRest(text, keys, placeOf(runId, index)),
    };
    return kept;
  });
  return { ...plan, stages };
}

/** The plan as it was before it was kept. @throws where it was sealed with another key */
export function openPlan(plan: StoredPlan, runId: string, keys: SecretKeys): StoredPlan {
  const stages = plan.stages.map((stage, index) => {
    if (stage.kind !== 'command' || (stage as KeptStage).sealedWords === undefined) return stage;
    const { sealedWords, ...rest } = stage as KeptStage;
    const text = decryptAtRest(sealedWords!, keys, placeOf(runId, index));
    if (!text) throw new Error(`the plan of run ${runId} was sealed with another secret key`);
    return { ...rest, words: JSON.parse(text.toString()) as Word[] };
  });
  return { ...plan, stages };
}

function overlaps(word: Word, span: Span): boolean {
  return word.start < span.end && span.start < word.end;
}

/** Where sealed words stand; they open nowhere else. */
export function placeOf(runId: string, stage: number): string {
  return `plan ${runId} ${stage}`;
}
