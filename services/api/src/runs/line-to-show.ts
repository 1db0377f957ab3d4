/** A line that only names an earlier one: `!!`, whose first `!` addressed us, and `again ID`. */
const recalls = /^\s*(!!?|again)(?![^\s|>])/;

/** What somebody said, for people to read: as it was typed, or where that only names an earlier line, what it stood for. */
export function lineToShow({ line, expanded }: { line: string; expanded?: string | null }): string {
  return expanded && recalls.test(line) ? expanded : line;
}
