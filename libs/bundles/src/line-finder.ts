/** Line and column of an offset, both from 1. */
export type FindLine = (offset: number) => { readonly line: number; readonly column: number };

/** Finds lines by our own count of line feeds: the YAML library's counter loses its way in files that it cannot parse. */
export function lineFinder(text: string): FindLine {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const within = Math.min(Math.max(offset, 0), text.length);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: within - starts[low]! + 1 };
  };
}
