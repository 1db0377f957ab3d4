/** Whose rules for names hold: ours, or Gort's, which had none and are kept to what a URL and a command line can bear. */
export type NameForm = 'strict' | 'loose';

const forms: Readonly<Record<NameForm, RegExp>> = {
  strict: /^[a-z][a-z0-9_-]{0,63}$/,
  loose: /^(?!\.+$)[A-Za-z0-9_.-]{1,64}$/,
};

/** Whether a bundle, a command or a permission may be called so. */
export function isName(text: string, form: NameForm): boolean {
  return forms[form].test(text);
}

const deepestPath = 4;

/** Whether a command may be called so: one word, or in our format up to four, one blank between them: `user list`. */
export function isCommandName(text: string, form: NameForm): boolean {
  if (form === 'loose') return isName(text, form);
  const words = text.split(' ');
  return words.length <= deepestPath && words.every((word) => isName(word, form));
}

/** What Chasqui reads on every command line, whatever the command. */
const reservedOptions = ['on', 'on-each', 'wait', 'help'];

export function isReservedOption(name: string): boolean {
  return reservedOptions.includes(name);
}

/** The same since later: a command that declares one of them keeps it, and cannot be told the other thing by it. */
const ownWhereUndeclared = ['waves', 'max-failures', 'pause'];

export function isOwnWhereUndeclared(name: string): boolean {
  return ownWhereUndeclared.includes(name);
}

/** Namespaces of permissions that are Chasqui's own: a bundle called so could claim `chasqui:manage-users` or `relay:use`. */
export function isReserved(bundle: string): boolean {
  return ['chasqui', 'site', 'relay'].includes(bundle.toLowerCase());
}

/** Whether it is `bundle:command`; the command may be a path. */
export function isFullCommand(text: string): boolean {
  const [bundle = '', ...command] = text.split(':');
  return command.length === 1 && isName(bundle, 'loose') && isAnyCommand(command[0]!);
}

function isAnyCommand(text: string): boolean {
  return isCommandName(text, 'strict') || isCommandName(text, 'loose');
}

/** Repository, tag and digest as `docker pull` takes them; a registry may have a port. */
export function isImage(text: string): boolean {
  return text.length <= 400 && imageForm.test(text);
}

const host = /(?:[A-Za-z0-9.-]+(?::\d+)?\/)?/.source;
const part = /[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*/.source;
const imageForm = new RegExp(
  `^${host}${part}(?:/${part})*(?::\\w[\\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-f]{32,128})?$`,
);

/** Whether a program can be given an environment variable of this name. */
export function isVariable(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text);
}

/** Whether Chasqui sets variables of this name itself. */
export function isOwnVariable(text: string): boolean {
  return /^(?:CHASQUI|GORT)_/i.test(text);
}
