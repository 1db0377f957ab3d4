/** A chat, as people read it: `slack`, `slack (workspace T1)`. */
export function placeOf({
  adapter,
  workspace,
}: {
  readonly adapter: string;
  readonly workspace?: string;
}): string {
  return workspace === undefined ? adapter : `${adapter} (workspace ${workspace})`;
}
