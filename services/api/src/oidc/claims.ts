/** What the provider says of somebody, as far as it means something to us. */
export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly email?: string;
  /** Whether the provider has seen that the address is theirs. */
  readonly emailVerified: boolean;
  readonly fullName: string;
  /** As it came; it need not be fit for a user name. */
  readonly username?: string;
  /** Undefined where the provider said nothing about groups. */
  readonly groups?: readonly string[];
}

/**
 * The claims of an ID token, with those of the user info where it has none. Nothing of another form than we expect is taken over: a claim is
 * text from elsewhere, even signed.
 */
export function readClaims(
  idToken: Readonly<Record<string, unknown>>,
  userInfo: Readonly<Record<string, unknown>>,
  names: { readonly usernameClaim: string; readonly groupsClaim: string },
): Claims {
  const all = { ...userInfo, ...idToken };
  const text = (name: string) => oneLine(valueAt(all, name));
  // The address and whether it is verified must be said by the same.
  const mail = 'email' in idToken ? idToken : userInfo;
  const email = oneLine(mail['email']);
  const username = text(names.usernameClaim);
  const groups = groupsIn(valueAt(all, names.groupsClaim));
  return {
    issuer: String(idToken['iss']),
    subject: String(idToken['sub']),
    ...(email !== undefined && /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= 254 && { email }),
    emailVerified: mail['email_verified'] === true,
    fullName: (text('name') ?? '').slice(0, 200),
    ...(username !== undefined && { username }),
    ...(groups && { groups }),
  };
}

/** A claim by its name, or by a path with dots, as Keycloak's `realm_access.roles`. */
function valueAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      claims,
    );
}

function oneLine(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && /^\P{Cc}{1,1000}$/u.test(value) ? value : undefined;
}

/** A list, or one word alone. */
function groupsIn(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return [value].flat().filter((one) => typeof one === 'string' && oneLine(one) !== undefined) as string[];
}
