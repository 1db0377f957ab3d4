import type { Access } from './access.js';

/** One call of `kafka-acls`. */
export interface KafkaAcl {
  readonly operations: readonly ('Read' | 'Write' | 'Create' | 'Delete')[];
  readonly pattern: 'literal' | 'prefixed';
  readonly topics: readonly string[];
  readonly groups: readonly string[];
}

/** What Kafka's `StandardAuthorizer` has to allow: nothing more, as far as its patterns can say it, which know beginnings and no ends. */
export function kafkaAcls({ reads, writes, creates }: Access): KafkaAcl[] {
  const own = reads.flatMap(({ group }) => (group.endsWith('.') ? [] : [group]));
  const begun = [...new Set(reads.map(({ group }) => group).filter((group) => group.endsWith('.')))];
  const families = writes.filter((topic) => topic.includes(':'));
  const create = creates ? (['Create'] as const) : [];
  return [
    acl(
      ['Read', ...create],
      reads.map(({ topic }) => topic),
      own,
    ),
    acl(
      ['Write', ...create],
      writes.filter((topic) => !families.includes(topic)),
    ),
    acl(
      ['Write', ...create],
      families.map((family) => family.slice(0, family.indexOf(':'))),
      [],
      'prefixed',
    ),
    // A group of one process alone is deleted when it ends.
    acl(['Read', 'Delete'], [], begun, 'prefixed'),
  ].filter(({ topics, groups }) => topics.length + groups.length > 0);
}

function acl(
  operations: KafkaAcl['operations'],
  topics: readonly string[],
  groups: readonly string[] = [],
  pattern: KafkaAcl['pattern'] = 'literal',
): KafkaAcl {
  return { operations, pattern, topics, groups };
}

/** How `kafka-acls` is called for it. */
export function kafkaAclCommand(
  { operations, pattern, topics, groups }: KafkaAcl,
  to: { readonly server: string; readonly config: string; readonly user: string; readonly remove: boolean },
): string {
  return [
    `kafka-acls --bootstrap-server ${word(to.server)} --command-config ${word(to.config)}`,
    to.remove ? '--remove --force' : '--add',
    `--allow-principal ${word(`User:${to.user}`)}`,
    ...operations.map((operation) => `--operation ${operation}`),
    ...topics.map((topic) => `--topic ${word(topic)}`),
    ...groups.map((group) => `--group ${word(group)}`),
    ...(pattern === 'prefixed' ? ['--resource-pattern-type prefixed'] : []),
  ].join(' ');
}

/** As a shell reads it as one word. */
function word(text: string): string {
  return /^[\w.:@/,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
