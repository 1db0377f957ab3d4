/** What of a template of Cog's has no equivalent. `at` counts UTF-16 units from its beginning. */
export class GreenbarProblem extends Error {
  constructor(
    readonly what: string,
    readonly at: number,
  ) {
    super(what);
  }
}

/** The variables that can be seen, by Cog's name: what each is in our language. */
export type Scope = ReadonlyMap<string, string>;

/** `$item.a[0]['b c']` as our language has it. */
export function carryPath(path: string, scope: Scope, at: number): string {
  const [, root, rest] = /^\$([A-Za-z_]\w*)(.*)$/s.exec(path) ?? [];
  const base = root === undefined ? undefined : scope.get(root);
  if (base === undefined || rest === undefined) throw new GreenbarProblem(path, at);
  let made = base;
  const step =
    /\.(?<name>[\w?!-]+)|\[(?<index>\d{1,9})\]|(?:\.|\[)(?<quoted>"[^"]*"|'[^']*')\]?|\[(?<key>[A-Za-z_][\w-]*)\]/y;
  while (step.lastIndex < rest.length) {
    const { name, index, quoted, key } = step.exec(rest)?.groups ?? {};
    const word = name ?? key;
    if (index !== undefined) made += `[${index}]`;
    else if (quoted !== undefined) made += `[${literal(quoted.slice(1, -1), at)}]`;
    else if (word === undefined) throw new GreenbarProblem(path, at);
    else made += /^[A-Za-z_]\w*$/.test(word) ? `.${word}` : `[${literal(word, at)}]`;
  }
  return made;
}

/** A text as a literal: our language knows no escapes. */
export function literal(text: string, at: number): string {
  if (text.includes('"') && text.includes("'")) throw new GreenbarProblem(text, at);
  if (/[\n\r{}%]/.test(text)) throw new GreenbarProblem(text, at);
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

/** A path, a quoted text, a number, true or false, a bare word. */
export function carryValue(text: string, scope: Scope, at: number): string {
  if (text.startsWith('$')) return carryPath(text, scope, at);
  const quoted = /^(?:"([^"]*)"|'([^']*)')$/s.exec(text);
  if (quoted) return literal(quoted[1] ?? quoted[2] ?? '', at);
  return /^(?:-?\d+(?:\.\d+)?|true|false)$/.test(text) ? text : literal(text, at);
}

/** `cond=` of an `if`: what has to be assigned before, and the condition. */
export function carryCondition(
  text: string,
  scope: Scope,
  at: number,
  newName: () => string,
): { before: string; condition: string } {
  const value = /\$[^\s()]+|length\(\s*\$[^\s()]+\s*\)|"[^"]*"|'[^']*'|[^\s()"'$]+/.source;
  const test = /(?<test>bound\?|not_bound\?|empty\?|not_empty\?)/.source;
  const alone = new RegExp(
    `^(?:${test}\\(?\\s*(?<a>${value})\\s*\\)?|(?<b>${value})\\s+${test.replace('<test>', '<behind>')})$`,
  ).exec(text);
  const compared = new RegExp(
    `^(?<left>${value})\\s*(?<operator>>=|<=|==|!=|>|<)\\s*(?<right>${value})$`,
  ).exec(text);
  if (alone?.groups) {
    const subject = carryPath(alone.groups['a'] ?? alone.groups['b'] ?? '', scope, at);
    return { before: '', condition: tests[alone.groups['test'] ?? alone.groups['behind'] ?? '']!(subject) };
  }
  if (!compared?.groups) throw new GreenbarProblem(text, at);
  let before = '';
  const side = (one: string) => {
    const counted = /^length\(\s*(.*?)\s*\)$/.exec(one);
    if (!counted) return carryValue(one, scope, at);
    const name = newName();
    before += `{% assign ${name} = ${carryPath(counted[1]!, scope, at)} | size %}`;
    return name;
  };
  const { left = '', operator, right = '' } = compared.groups;
  const condition = `${side(left)} ${operator} ${side(right)}`;
  return { before, condition };
}

const tests: Readonly<Record<string, (subject: string) => string>> = {
  'bound?': (subject) => `${subject} != nil`,
  'not_bound?': (subject) => `${subject} == nil`,
  'empty?': (subject) => `${subject} == empty`,
  'not_empty?': (subject) => `${subject} != nil and ${subject} != empty`,
};
