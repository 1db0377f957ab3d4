import { refusal, type Refusal } from '@chasqui/contracts';
import { aliasSentences as say, draw, rendered, type Rendered } from '@chasqui/replies';
import { Injectable } from '@nestjs/common';
import type { Action } from '../audit/action.js';
import { Audit } from '../audit/audit.service.js';
import type { Ask } from '../built-ins/built-in.js';
import { builtInHelp } from '../built-ins/names.js';
import { hasSecrets } from '../commands/secrets-in-line.js';
import { aliasFault } from './alias-fault.js';
import { Aliases, mostAliases } from './aliases.service.js';

const publish = 'chasqui:manage-aliases';

/** `alias list | show | set | remove`, with `--site` for those of everybody. */
@Injectable()
export class AliasCommand {
  constructor(
    private readonly aliases: Aliases,
    private readonly audit: Audit,
  ) {}

  async answer(ask: Ask): Promise<Rendered | Refusal> {
    const site = ask.words.includes('--site');
    const [verb = 'list', name, ...line] = ask.words.filter((word) => word !== '--site');
    if (site && verb !== 'list' && verb !== 'show' && !ask.asker.permissions.has(publish))
      return refusal('not-permitted', { permission: publish });
    // What a name stands for is run later by its owner, who may do more than this token.
    if (ask.asker.scopes && (verb === 'set' || verb === 'remove')) return refusal('scoped-token');
    const owner = site ? undefined : ask.asker.id;
    if (verb === 'list' && name === undefined) return list(ask);
    if (verb === 'show' && name !== undefined && line.length === 0) return show(ask, name);
    if (verb === 'set' && name !== undefined && line.length > 0)
      return this.set(ask, owner, name, line.join(' '));
    if (verb === 'remove' && name !== undefined && line.length === 0) {
      const removed = await this.audit.action(
        actionOf(ask, 'aliases.remove', site, name),
        () => this.aliases.remove(owner, name),
        (done) => (done ? { result: 'allowed' } : { result: 'failed', code: 'no-alias' }),
      );
      return removed ? said(say.removed(name)) : refusal('no-alias', { name });
    }
    return refusal('bad-usage', { usage: builtInHelp.alias.usage });
  }

  private async set(
    ask: Ask,
    owner: string | undefined,
    name: string,
    text: string,
  ): Promise<Rendered | Refusal> {
    const { asker, known } = ask;
    const fault = aliasFault(
      { name, line: text, site: owner === undefined },
      {
        aliases: known.aliases,
        commands: known.catalogue.byBareName,
        hasSecrets: (line) => hasSecrets(line, known),
      },
    );
    if (fault) return fault;
    const alias = await this.audit.action(
      actionOf(ask, 'aliases.set', owner === undefined, name, { line: text }),
      () => this.aliases.set(owner, name, text, asker.username),
      (made) => (made ? { result: 'allowed' } : { result: 'failed', code: 'too-many-aliases' }),
    );
    return alias ? said(say.set(name, text)) : refusal('too-many-aliases', { most: mostAliases });
  }
}

/** As the audit log tells it. */
function actionOf(
  { asker, known }: Ask,
  action: string,
  site: boolean,
  name: string,
  details?: Readonly<Record<string, unknown>>,
): Action {
  return {
    action,
    method: known.sender.adapter,
    user: { id: asker.id, username: asker.username },
    resource: { kind: 'alias', name: `${site ? 'site' : asker.username}/${name}` },
    ...(details && { details }),
    runId: known.key,
  };
}

function list({ known: { aliases } }: Ask): Rendered {
  const records = [
    ...[...aliases.own].map(([name, line]) => ({ name, line, of: 'you' })),
    ...[...aliases.site].map(([name, line]) => ({ name, line, of: 'site' })),
  ].toSorted((a, b) => a.name.localeCompare(b.name));
  if (records.length === 0) return said(say.none);
  return rendered('succeeded', draw({ records, view: { kind: 'table', columns: ['name', 'line', 'of'] } }));
}

function show({ known: { aliases } }: Ask, name: string): Rendered | Refusal {
  const line = aliases.own.get(name) ?? aliases.site.get(name);
  return line === undefined ? refusal('no-alias', { name }) : said(`${name}: ${line}`);
}

function said(text: string): Rendered {
  return rendered('succeeded', [{ kind: 'text', text }]);
}
