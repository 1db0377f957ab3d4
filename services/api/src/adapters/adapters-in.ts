/** The adapters in a text of lines: a token each, and behind a blank the workspaces it may speak for, with commas. Lines that begin with # are remarks. */
export function adaptersIn(lines: string): { token: string; workspaces: string[] }[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [token = '', workspaces] = line.split(/\s+/, 2);
      return { token, workspaces: workspaces ? workspaces.split(',') : [] };
    });
}
