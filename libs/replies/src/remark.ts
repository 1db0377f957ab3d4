import type { Block } from '@chasqui/contracts';
import { rendered, type Rendered } from './rendered.js';

/** A remark: said beside what matters. */
export function quiet(text: string): Block {
  return { kind: 'text', text, tone: 'quiet' };
}

/** A reply with a remark under it. */
export function remarked({ mark, blocks, exitCode, files }: Rendered, text: string): Rendered {
  return { ...rendered(mark, [...blocks, quiet(text)], exitCode), ...(files && { files }) };
}
