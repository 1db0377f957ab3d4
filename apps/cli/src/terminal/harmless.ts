/**
 * What somebody else wrote, without what could move this terminal's cursor or make a line read as another: control characters but
 * tab and newline, and the bidirectional ones. (`printable` of replies does more, but would bring all of the schemas with it.)
 */
export function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '');
}
