/**
 * What a terminal would have left on the screen, fit for a chat: ANSI sequences gone (ECMA-48 §5.4 CSI, OSC and friends), a line
 * rewritten with carriage returns shown as it ended, other control characters and those that turn text around removed.
 * Tabs and newlines stay. Linear in the text: `(?<!\r)` keeps a long run of carriage returns from being looked at from each of them.
 */
export function printable(text: string): string {
  const lines = text.replace(escapes, '').replace(/(?<!\r)\r+\n/g, '\n');
  const settled = lines.includes('\r') ? lines.split('\n').map(lastRewrite).join('\n') : lines;
  return settled.replace(unprintable, '');
}

/** CSI … final byte; OSC, DCS, SOS, PM, APC … up to BEL or ST; any other two-character escape. */
// oxlint-disable-next-line no-control-regex
const escapes = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b\n]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]?/g;

/** C0 and C1 controls but tab, newline; and the bidirectional controls, which can make a line read as another. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;

function lastRewrite(line: string): string {
  const ended = line.replace(/(?<!\r)\r+$/, '');
  return ended.slice(ended.lastIndexOf('\r') + 1);
}
