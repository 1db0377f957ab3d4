import type { OutputChunk } from '@chasqui/contracts';
import { printable } from './printable.js';

/** What one stream printed: text fit for a chat, or how many bytes that are none. */
export type Printed = { readonly text: string } | { readonly binaryBytes: number };

/**
 * Puts one stream's chunks together, or both streams' as they came, in order of `seq`, each once. Where output was dropped between two of them (`gapBefore`, the
 * `seq` behind the gap), `gapMark` stands on a line of its own.
 */
export function readOutput(
  chunks: readonly OutputChunk[],
  stream: OutputChunk['stream'] | 'both',
  gapBefore: number | undefined,
  gapMark: string,
): Printed {
  const own = inOrder(chunks.filter((chunk) => stream === 'both' || chunk.stream === stream));
  const behind = gapBefore === undefined ? -1 : own.findIndex((chunk) => chunk.seq >= gapBefore);
  const parts = behind > 0 ? [own.slice(0, behind), own.slice(behind)] : [own];
  const texts = parts.map(join);
  const shown = texts.map((text) => printable(text).replace(/\n$/, ''));
  const isNothing = shown.every((text) => text.trim() === '') && texts.some((text) => text.includes('\0'));
  if (isNothing || (own.some((chunk) => chunk.base64 !== undefined) && looksBinary(texts.join('')))) {
    return { binaryBytes: own.reduce((sum, chunk) => sum + bytesOf(chunk).length, 0) };
  }
  return { text: shown.join(`\n${gapMark}\n`) };
}

function inOrder(chunks: readonly OutputChunk[]): OutputChunk[] {
  const once = new Map(chunks.map((chunk) => [chunk.seq, chunk]));
  return [...once.values()].sort((a, b) => a.seq - b.seq);
}

/** As UTF-8; a byte that is none becomes U+FFFD, so that one stray byte does not hide a whole log. */
function join(chunks: readonly OutputChunk[]): string {
  if (chunks.every((chunk) => chunk.base64 === undefined))
    return chunks.map((chunk) => chunk.text ?? '').join('');
  return Buffer.concat(chunks.map(bytesOf)).toString('utf8');
}

function bytesOf(chunk: OutputChunk): Buffer {
  return chunk.base64 === undefined ? Buffer.from(chunk.text ?? '') : Buffer.from(chunk.base64, 'base64');
}

/** A NUL, or more than one character in ten that is no text. */
function looksBinary(text: string): boolean {
  if (text.includes('\0')) return true;
  // oxlint-disable-next-line no-control-regex
  const strange = text.match(/[\ufffd\x01-\x06\x0e-\x1a\x1c-\x1f]/g)?.length ?? 0;
  return strange * 10 > text.length;
}
