/** A query without its `?`, of what was said; empty where nothing was. */
export function query(pairs: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(pairs).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(said).toString();
}
