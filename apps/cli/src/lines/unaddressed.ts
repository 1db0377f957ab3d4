/** A line without the `!` that addresses Chasqui in a chat: here nobody else could be meant, but fingers remember. `!!` is a command. */
export function unaddressed(line: string): string {
  return line.replace(/^\s*!(?!!)/, '');
}
