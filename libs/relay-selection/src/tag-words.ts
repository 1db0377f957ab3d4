/**
 * What keys and values may look like: Kubernetes' label syntax, so that a tag can be a label on a node or a container as it is.
 * At most 63 of letters, digits, `-`, `_` and `.`, a letter or digit at both ends; a key may have a DNS name and `/` before it,
 * a value may be empty.
 */
export function isKey(text: string): boolean {
  return /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(
    text,
  );
}

export function isValue(text: string): boolean {
  return /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(text);
}
