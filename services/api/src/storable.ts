/** PostgreSQL has no NUL in its texts and refuses the whole statement. Nobody's name has one, so it may become anything else. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\u{fffd}');
}
