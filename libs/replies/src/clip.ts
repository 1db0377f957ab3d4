/** What a chat is shown of a long text. */
export interface Clipped {
  readonly text: string;
  /** Whether something was left out. */
  readonly clipped: boolean;
}

const most = { lines: 60, characters: 3_000 };
const head = { lines: 40, characters: 2_000 };
const tail = { lines: 20, characters: 900 };

/** At most 60 lines and about 3,000 characters: whole if it fits, else head and tail, and between them how much is missing. */
export function clip(text: string): Clipped {
  const lines = text.split('\n');
  if (lines.length <= most.lines && text.length <= most.characters) return { text, clipped: false };
  if (lines.length === 1) return { text: cutLine(text, head.characters, tail.characters), clipped: true };

  const first = fitting(lines.slice(0, head.lines).map(narrowed), head.characters);
  const rest = lines.slice(first.length);
  const last = fitting(rest.slice(-tail.lines).map(narrowed).reverse(), tail.characters).reverse();
  const between = rest.length - last.length;
  return {
    text: [...first, ...(between > 0 ? [missing(between, 'line')] : []), ...last].join('\n'),
    clipped: true,
  };
}

/** A line short enough for one to fit in the tail, so that both ends always show something. */
function narrowed(line: string): string {
  return line.length <= 860 ? line : cutLine(line, 560, 260);
}

function cutLine(line: string, before: number, after: number): string {
  const start = whole(line.slice(0, before));
  const end = whole(line.slice(-after));
  return `${start} ${missing(line.length - start.length - end.length, 'character')} ${end}`;
}

/** As many of these lines, from the first on, as have room in so many characters. */
function fitting(lines: readonly string[], characters: number): string[] {
  let room = characters;
  const over = lines.findIndex((line) => (room -= line.length + 1) < 0);
  return lines.slice(0, over < 0 ? lines.length : over);
}

/** Without half a surrogate pair at either end. */
function whole(text: string): string {
  return text.replace(/^[\udc00-\udfff]/, '').replace(/[\ud800-\udbff]$/, '');
}

function missing(count: number, what: string): string {
  return `… ${count.toLocaleString('en')} more ${what}${count === 1 ? '' : 's'} …`;
}
