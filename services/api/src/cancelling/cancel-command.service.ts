import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { rendered, type Rendered } from '@chasqui/replies';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import type { Ask } from '../built-ins/built-in.js';
import { builtInHelp } from '../built-ins/names.js';
import { isUuid } from '../ids.js';
import { Cancels } from './cancels.service.js';

/** `cancel [ID]`: a run by its id, or the asker's latest that is not over, in this room. */
@Injectable()
export class CancelCommand {
  constructor(
    private readonly cancels: Cancels,
    private readonly audit: Audit,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  async answer(ask: Ask): Promise<Rendered | Refusal> {
    const { words, asker, known } = ask;
    if (words.length > 1) return refusal('bad-usage', { usage: builtInHelp.cancel.usage });
    const id = words[0] ?? (await this.latest(ask));
    if (id === undefined) return refusal('nothing-to-cancel');
    if (!isUuid(id)) return refusal('no-such-run', { id });
    const { username } = asker;
    const holds = (permission: string) => asker.permissions.has(permission);
    const no = await this.cancels.forbidden(id, { id: asker.id, username, holds });
    if (isRefusal(no)) return no;
    const action = {
      action: 'runs.cancel',
      method: known.sender.adapter,
      user: { id: asker.id, username },
      resource: { kind: 'run', name: id },
      runId: known.key,
    };
    const { text } = await this.audit.action(action, () => this.cancels.cancel(id, username, known.now));
    return rendered('succeeded', [{ kind: 'text', text }]);
  }

  private async latest({ asker, known }: Ask): Promise<string | undefined> {
    const [run] = await this.dataSource.query<{ id: string }[]>(
      `select id from runs where user_id = $1 and adapter = $2 and workspace is not distinct from $3 and room = $4
         and status in ('accepted', 'running') order by id desc limit 1`,
      [asker.id, known.sender.adapter, known.sender.workspace ?? null, known.place.room],
    );
    return run?.id;
  }
}
