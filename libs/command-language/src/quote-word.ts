/**
 * Writes a text as one word of a line that means exactly that text: bare where nothing in it is special, else in quotes.
 * Control characters other than tabs and line ends cannot stand in a line.
 */
export function quoteWord(text: string): string {
  if (bare.test(text) && !reserved.test(text)) return text;
  if (!text.includes("'")) return `'${text}'`;
  return `"${text.replaceAll(/["\\$]/g, String.raw`\$&`)}"`;
}

/** A `$` only where it begins no variable; no bracket in front, which may begin JSON together with the words behind it. */
const bare = /^(?![>{[])(?:[^ \t\n\r|'"\\$]|\$(?![\p{L}_{]))+$/u;

/** Words that the language keeps for itself as long as they are bare. */
const reserved = /^--(?:(?:on|on-each|waves|max-failures|pause|wait)(?:=|$)|help$)/;
