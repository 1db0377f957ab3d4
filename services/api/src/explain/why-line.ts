import { parseLine, type CommandLine, type Word } from '@chasqui/command-language';
import type { Refusal } from '@chasqui/contracts';

/** Reads what was said. Behind `why` stands a line, whatever is in it. */
export function readSaid(text: string): CommandLine | Refusal {
  return whyLine(text) ?? parseLine(text);
}

/** `why LINE` as a stage of two words: pipes and quotes and all, the line is the second. Undefined for any other text. */
function whyLine(text: string): CommandLine | undefined {
  const asked = /^(\s*)why\s+(?=\S)/.exec(text);
  if (!asked) return undefined;
  const [before, blank] = asked as unknown as [string, string];
  const line = text.slice(before.length);
  if (line.trim() === '--help') return undefined;
  const start = blank.length;
  const words = [bare('why', start), bare(line, before.length)];
  return { text, stages: [{ words, start, end: text.length }], redirects: [] };
}

function bare(text: string, start: number): Word {
  return { text, raw: text, quoted: false, start, end: start + text.length };
}
