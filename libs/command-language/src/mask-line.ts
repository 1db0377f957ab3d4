import type { Span } from './command-line.js';

const mask = '***';

/** The line with every span replaced by `***`, however long it was: what may be kept and shown of a line with secrets in it. */
export function maskLine(line: string, spans: readonly Span[]): string {
  let masked = '';
  let from = 0;
  for (const { start, end } of joined(spans)) {
    masked += line.slice(from, start) + mask;
    from = end;
  }
  return masked + line.slice(from);
}

/** Where a place of the line stands in the masked line; a place inside a span is where its mask begins. */
export function maskedPosition(spans: readonly Span[], position: number): number {
  let moved = 0;
  for (const { start, end } of joined(spans)) {
    if (position < start) break;
    if (position < end) return start + moved;
    moved += mask.length - (end - start);
  }
  return position + moved;
}

/** In the order of the line; those that overlap are one. */
function joined(spans: readonly Span[]): Span[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}
