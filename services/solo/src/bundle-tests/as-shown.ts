/** Whether a text is as it is shown; a `…` stands for whatever is there on its line. */
export function isAsShown(shown: string, text: string): boolean {
  if (!shown.includes('…')) return shown === text;
  const parts = shown.split('…').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}
