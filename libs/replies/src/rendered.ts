import type { Block, ReplyMark } from '@chasqui/contracts';
import { plainText } from './plain-text.js';

/** The neutral part of a `ChatReply`: what to show, the same as plain text, and how far the run is. */
export interface Rendered {
  readonly mark: ReplyMark;
  readonly blocks: Block[];
  readonly text: string;
  /** The command's own exit code, where it has one. */
  readonly exitCode?: number;
  /** Small files, for chats that can show them. */
  readonly files?: { name: string; base64: string }[];
}

export function rendered(mark: ReplyMark, blocks: Block[], exitCode?: number): Rendered {
  return { mark, blocks, text: plainText(blocks), ...(exitCode === undefined ? {} : { exitCode }) };
}
