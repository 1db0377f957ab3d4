/** What help says around the list. */
export const helpFooter = 'help COMMAND tells more of one. --on dc=fra chooses the relay it runs on';
export const noCommands =
  'there are no commands yet; install a bundle with: chasqui bundle install FILE --enable';

/** Who may run a command, from its rules as they are written. */
export function rulesHint(rules: readonly string[]): string {
  if (rules.length === 0) return 'nobody: it has no rules';
  if (rules.every((rule) => rule.trim() === 'allow')) return 'everyone';
  return rules.join('; ');
}
export const nothingHeld = 'none';
export const noRelays =
  'there are no relays yet; an administrator makes one with: chasqui relay create NAME --tag dc=fra';
