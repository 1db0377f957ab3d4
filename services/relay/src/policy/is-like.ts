/** Whether a text is as a pattern says, in which `*` stands for anything. Each piece is taken where it first stands, so many stars take no longer. */
export function isLike(text: string, pattern: string): boolean {
  const [first, ...others] = pattern.split('*') as [string, ...string[]];
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** Whether a command is meant by `ops` (a whole bundle) or `ops:restart`, with `*` for anything. */
export function isMeant({ bundle, command }: { bundle: string; command: string }, by: string): boolean {
  return by.includes(':') ? isLike(`${bundle}:${command}`, by) : isLike(bundle, by);
}
