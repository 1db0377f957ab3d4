/** The relays in a text of lines: a token each, and behind a blank its tags with commas. Lines that begin with # are remarks. */
export function relaysIn(lines: string): { token: string; tags: string[] }[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [token = '', tags] = line.split(/\s+/, 2);
      return { token, tags: tags ? tags.split(',') : [] };
    });
}
