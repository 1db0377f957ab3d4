/** How a registry wants to be asked, by what it said in `WWW-Authenticate`. */
export type RegistryChallenge =
  | { readonly scheme: 'basic' }
  /** With a token, to be had at `realm` for these: the token authentication of the distribution project. */
  | {
      readonly scheme: 'bearer';
      readonly realm: string;
      readonly service?: string | undefined;
      readonly scope?: string | undefined;
    };

/** Undefined where it is neither; where both will do, the token. */
export function readChallenge(header: string | undefined): RegistryChallenge | undefined {
  const [, bearer] = /(?:^|,\s*)Bearer\s+(.*)$/i.exec(header ?? '') ?? [];
  if (bearer !== undefined) {
    const said = new Map(
      [...bearer.matchAll(parameter)].map(([, name, quoted]) => [name!.toLowerCase(), quoted!]),
    );
    const realm = said.get('realm');
    if (realm !== undefined)
      return { scheme: 'bearer', realm, service: said.get('service'), scope: said.get('scope') };
  }
  return /(?:^|,\s*)Basic\b/i.test(header ?? '') ? { scheme: 'basic' } : undefined;
}

const parameter = /(\w+)="([^"]*)"/g;
