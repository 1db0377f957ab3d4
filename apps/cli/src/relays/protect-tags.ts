import type { Command } from 'commander';
import { path } from '../server/api-client.js';
import { session } from '../session.js';
import { ago } from '../terminal/ago.js';
import { table } from '../terminal/table.js';

/** `chasqui relay protect-tag`, `unprotect-tag`, `protected-tags`. */
export function defineTagProtection(relay: Command): void {
  relay
    .command('protect-tag <tag>')
    .description(
      'let only those put a tag on relays, key=value or every one of a key, who have relay:tag for it',
    )
    .action(async (tag: string, _options, command: Command) => {
      const { api, show } = session(command);
      show(await api.post<ProtectedTag>('/protected-tags', { tag }), (one) =>
        [
          `${one.tag} is protected; relays that have it: ${one.relays.join(', ') || 'none so far'}`,
          ...(one.refusedFor.length > 0
            ? [`said by themselves, which counts no more: ${one.refusedFor.join(', ')}`]
            : []),
        ].join('\n'),
      );
    });
  relay
    .command('unprotect-tag <tag>')
    .description('let everybody who manages relays put it on them again')
    .action(async (tag: string, _options, command: Command) => {
      const { api, show } = session(command);
      await api.remove(path`/protected-tags/${tag}`);
      show({ unprotected: tag }, () => `${tag} is protected no more`);
    });
  relay
    .command('protected-tags')
    .description('list the tags that are protected, and which relays have them')
    .action(async (_options, command: Command) => {
      const { api, show } = session(command);
      show(await api.get<{ protected: ProtectedTag[] }>('/protected-tags'), inWords);
    });
}

function inWords({ protected: all }: { readonly protected: readonly ProtectedTag[] }): string {
  if (all.length === 0) return 'no tags are protected; "chasqui relay protect-tag" protects some';
  return table(
    ['tag', 'relays', 'protected', 'by'],
    all.map(({ tag, relays, protectedAt, protectedBy }) => [
      tag,
      relays.join(' '),
      `${ago(protectedAt, Date.now())} ago`,
      protectedBy,
    ]),
  );
}

interface ProtectedTag {
  readonly tag: string;
  readonly relays: readonly string[];
  readonly refusedFor: readonly string[];
  readonly protectedAt: string;
  readonly protectedBy: string;
}
