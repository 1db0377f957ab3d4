/* The two directions of RFC 6265, for values that are tokens of ours and need no quoting. */

/** The value of a cookie in a `Cookie` header. Of two with one name the first counts, which browsers send for the longer path. */
export function cookieIn(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** A `Set-Cookie` header for the whole host, which no script may read. Lax: it comes along when somebody follows a link to us. */
export function setCookie(
  name: string,
  value: string,
  { secure, expires }: { readonly secure: boolean; readonly expires?: Date },
): string {
  return [
    `${name}=${value}`,
    'Path=/',
    ...(expires ? [`Expires=${expires.toUTCString()}`] : []),
    'HttpOnly',
    ...(secure ? ['Secure'] : []),
    'SameSite=Lax',
  ].join('; ');
}
