/** Which command shows what a sentence of the API says that a path lists. */
const lists: Readonly<Record<string, string>> = {
  '/users': 'user list',
  '/groups': 'group list',
  '/group-claims': 'group claims',
  '/roles': 'role list',
  '/permissions': 'permission list',
  '/site-rules': 'rule list',
  '/protected-relays': 'relay protected',
  '/protected-tags': 'relay protected-tags',
  '/me/identities': 'identity list',
};

/** A sentence of the API as people read it who typed a command and sent no request: with commands for paths, and no word of bodies. */
export function inWordsOfTheCommandLine(sentence: string): string {
  return sentence
    .replace(/^The (?:body|path|query) does not fit: (.*) See \/openapi\.json\.$/s, 'That does not fit: $1')
    .replaceAll(/GET (\/[a-z/-]+)/g, (said, path: string) =>
      lists[path] === undefined ? said : `"chasqui ${lists[path]}"`,
    );
}
