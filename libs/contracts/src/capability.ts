/**
 * A Linux capability as engines write it: `NET_RAW` of `NET_RAW` or `CAP_NET_RAW`. Undefined for what is none, and for `ALL`: whoever
 * needs some says which.
 */
export function readCapability(text: string): string | undefined {
  const name = /^(?:CAP_)?([A-Z][A-Z0-9_]{1,40})$/.exec(text)?.[1];
  return name === 'ALL' ? undefined : name;
}
