/** A fenced block of a page, or a comment that prepares something for those after it. */
export interface GuideBlock {
  /** The first word behind the fence, `setup` for a comment, empty where nothing stands there. */
  readonly kind: string;
  /** What else stands behind the fence: a file's name, or `not-run`. */
  readonly more: string;
  readonly text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

/** The fenced blocks and `<!-- setup: … -->` comments of a Markdown page, in their order. */
export function guideBlocks(page: string): GuideBlock[] {
  const blocks: GuideBlock[] = [];
  const lines = page.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const setup = /^<!-- setup: (.*?) -->$/.exec(lines[at]!);
    if (setup) blocks.push({ kind: 'setup', more: '', text: setup[1]!, line: at + 1 });
    const fence = /^ *(`{3,})\s*(\S*)\s*(.*)$/.exec(lines[at]!);
    if (!fence) continue;
    const [, ticks, kind, more] = fence as unknown as [string, string, string, string];
    const end = lines.findIndex((line, after) => after > at && line.trim() === ticks);
    if (end < 0) throw new Error(`the block on line ${at + 1} has no end`);
    blocks.push({ kind, more, text: lines.slice(at + 1, end).join('\n'), line: at + 1 });
    at = end;
  }
  return blocks;
}

/** A line that is said, or run, and what is to come back. */
export interface Exchange {
  /** Empty where nobody is named. */
  readonly who: string;
  readonly said: string;
  readonly answer: string;
}

/** Splits a block at the lines that begin with a prompt: `> ` or `bob> ` for lines in a chat, `$ ` for those of a shell. */
export function exchanges(text: string, prompt: '>' | '$'): Exchange[] {
  const begins = prompt === '>' ? /^([a-z]*)> (.*)$/ : /^()\$ (.*)$/;
  const found: { who: string; said: string; answer: string[] }[] = [];
  for (const line of text.split('\n')) {
    const said = begins.exec(line);
    if (said) found.push({ who: said[1]!, said: said[2]!, answer: [] });
    else if (found.length > 0) found.at(-1)!.answer.push(line);
    else throw new Error(`this stands before the first "${prompt} ": ${line}`);
  }
  return found.map(({ answer, ...rest }) => ({ ...rest, answer: answer.join('\n').trimEnd() }));
}
