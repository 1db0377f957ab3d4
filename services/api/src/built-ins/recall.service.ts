import { parseLine, printLine, type CommandLine, type Stage } from '@chasqui/command-language';
import { isRefusal, refusal, type ChatMessage, type Refusal } from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { isUuid } from '../ids.js';
import { CONFIG } from '../parts.js';
import { readAsker } from '../people/who-sql.js';

/** `!!`, whose first `!` may have been what addressed us. */
const lastLine: ReadonlySet<string> = new Set(['!', '!!']);

/**
 * Puts what was said before in the place of `!!` (the asker's last line in this room) and `again ID`. Whatever stands behind goes to the
 * first stage, as with an alias. What comes of it is decided anew, by the rights, versions and relays of now.
 */
@Injectable()
export class Recall {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /** The line itself where it recalls none. */
  async line(said: CommandLine | Refusal, message: ChatMessage): Promise<CommandLine | Refusal> {
    if (isRefusal(said)) return said;
    const recalled = recalledBy(said.stages[0]!);
    if (!recalled) return said;
    const before = await this.read(message, recalled.id);
    if (!before)
      return recalled.id === undefined ? refusal('no-history') : refusal('no-such-run', { id: recalled.id });
    if (before.masked) return refusal('line-masked');
    const line = parseLine(before.line);
    if (isRefusal(line)) return line;
    const [first, ...rest] = line.stages;
    const stages: Stage[] = [
      { ...first!, words: [...first!.words, ...recalled.words] },
      ...rest,
      ...said.stages.slice(1),
    ];
    if (line.redirects.length > 0 && said.stages.length > 1)
      return refusal('alias-redirects', { name: '!!' });
    return parseLine(printLine({ stages, redirects: [...line.redirects, ...said.redirects] }));
  }

  private async read(
    { adapter, workspace, sender, room }: ChatMessage,
    id: string | undefined,
  ): Promise<Recalled | undefined> {
    const trusted = this.config.trustedAdapters.includes(adapter);
    const asker = await readAsker(this.dataSource, { adapter, workspace, senderId: sender.id, trusted });
    if (!asker?.active) return undefined;
    if (id !== undefined && !isUuid(id)) return undefined;
    const select = `select coalesce(expanded, line) as line, masked from runs`;
    const [run] =
      id === undefined
        ? await this.dataSource.query<Recalled[]>(
            `${select} where user_id = $1 and adapter = $2 and workspace is not distinct from $3 and room = $4
               and coalesce(expanded, line) !~ '^\\s*(!!?|again)(\\s|\\||$)' order by id desc limit 1`,
            [asker.id, adapter, workspace ?? null, room.id],
          )
        : await this.dataSource.query<Recalled[]>(`${select} where id = $1 and (user_id = $2 or $3)`, [
            id,
            asker.id,
            asker.permissions.includes('chasqui:read-runs'),
          ]);
    return run;
  }
}

interface Recalled {
  readonly line: string;
  readonly masked: boolean;
}

function recalledBy({ words }: Stage): { readonly id?: string; readonly words: Stage['words'] } | undefined {
  const [name, id, ...rest] = words;
  if (lastLine.has(name!.raw)) return { words: words.slice(1) };
  if (name!.raw !== 'again' || id === undefined || id.raw === '--help') return undefined;
  return { id: id.text, words: rest };
}
