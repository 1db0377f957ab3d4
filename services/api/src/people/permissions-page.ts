import { builtInHelp } from '../built-ins/names.js';
import { whoMayUse } from '../built-ins/who-may.js';
import type { Operation } from '../http/operation.js';
import type { Route } from '../http/routes.js';
import { builtInPermissions, limitable } from './built-in-permissions.js';
import { permissionMeanings } from './permission-meanings.js';

const marks = ['<!-- made of the code: begin -->', '<!-- made of the code: end -->'] as const;

/** The page with its tables as the code has them; what stands around them stays. @throws Error where the marks are missing */
export function permissionsPage(page: string, routes: readonly Route[]): string {
  const [begin, end] = marks.map((mark) => page.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`permissions.md needs the lines ${marks.join(' and ')}`);
  return `${page.slice(0, begin + marks[0].length)}\n\n${tables(routes)}\n\n${page.slice(end)}`;
}

function tables(routes: readonly Route[]): string {
  const sections = [
    ...builtInPermissions.toSorted().map((permission) => [`\`${permission}\``, permission] as const),
    ['Whoever is signed in', 'signed-in'] as const,
    ['Commands while they run', 'command'] as const,
    ['Anybody', 'public'] as const,
  ];
  return [
    ...sections.map(([title, permission]) => {
      const rows = routes
        .filter(({ operation }) => asksFor(operation, permission))
        .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
      const about = [meaning(permission), limits(permission)].filter(Boolean).join(' ');
      return [`#### ${title}`, about, operations(rows)].filter(Boolean).join('\n\n');
    }),
    `#### Built-in commands\n\n${builtIns()}`,
  ].join('\n\n');
}

function limits(permission: string): string {
  const kinds = limitable[permission as keyof typeof limitable];
  const things = kinds?.map((kind) =>
    kind === 'relay' ? 'the relays that a selector matches' : `one ${kind}`,
  );
  return things ? `Can be given for ${things.join(' or ')} only.` : '';
}

/** `To look at bundles.` */
function meaning(permission: string): string {
  const power = (permissionMeanings as Readonly<Partial<Record<string, string>>>)[permission];
  return power === undefined ? '' : `To ${power}.`;
}

function operations(routes: readonly Route[]): string {
  if (routes.length === 0) return '';
  return table(
    ['operation', 'what it does', 'and'],
    routes.map(({ method, path, operation }) => [
      `\`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}\``,
      operation!.summary,
      [operation!.besides, scopes(operation!)].filter(Boolean).join(' '),
    ]),
  );
}

/** Always, or for some calls. */
function asksFor(operation: Operation | undefined, permission: string): boolean {
  return operation?.permission === permission || operation?.besides?.includes(`\`${permission}\``) === true;
}

function scopes({ permission, scopedToo }: Operation): string {
  return permission === 'signed-in' && !scopedToo ? 'Not with a token that has scopes.' : '';
}

function builtIns(): string {
  return table(
    ['command', 'what it does', 'who may'],
    Object.values(builtInHelp).map(({ name, description }) => {
      const { besides } = whoMayUse[name];
      return [
        `\`!${name}\``,
        description,
        ['Whoever is known in the chat.', besides].filter(Boolean).join(' '),
      ];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const key = ({ path, method }: Route) => `${path} ${method}`;
