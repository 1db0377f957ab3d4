import { remarked, retrySentences } from '@chasqui/replies';
import type { EntityManager } from 'typeorm';
import { attemptsBefore } from './attempts-before.js';
import type { RunEnding } from './end-run.js';
import type { StageItem } from './read-stage.js';

/** How a run ends by an execution that is not the first attempt at it, or that could have had another: with that said. */
export async function withAttempts(
  manager: EntityManager,
  ending: RunEnding,
  { id, attempt }: StageItem,
  notAgain?: string,
): Promise<RunEnding> {
  const before = attempt > 1 ? await attemptsBefore(manager, id) : [];
  const shown = before.length > 0 ? remarked(ending.shown, retrySentences.tried(before)) : ending.shown;
  return { ...ending, shown: notAgain === undefined ? shown : remarked(shown, notAgain) };
}
