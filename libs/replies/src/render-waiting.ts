import { quiet } from './remark.js';
import { rendered, type Rendered } from './rendered.js';
import { waitingSentence, type Wait } from './wording/waiting.js';

/** The reply while a line cannot be taken up: what it waits for, and until when. The run's own replies take its place. */
export function renderWaiting(wait: Wait): Rendered {
  return rendered('running', [quiet(waitingSentence(wait))]);
}
