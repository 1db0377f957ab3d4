import { parseLine, printLine, type CommandLine, type Stage } from '@chasqui/command-language';
import {
  isRefusal,
  isTerminal,
  refusal,
  type ChatMessage,
  type ExecutionState,
  type Refusal,
} from '@chasqui/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ApiConfig } from '../config.js';
import { isUuid } from '../ids.js';
import { CONFIG } from '../parts.js';
import { cutToScopes } from '../people/credentials.js';
import { readAsker, type AskerKey } from '../people/who-sql.js';
import { isFanOut, onThese, readFailed } from './failed-targets.js';

/** `!!`, whose first `!` may have been what addressed us. */
const lastLine: ReadonlySet<string> = new Set(['!', '!!']);

/**
 * Puts what was said before in the place of `!!` (the asker's last line in this room), `again ID`, and `again ID --failed` for a line on each
 * relay. Whatever stands behind goes to the first stage, as with an alias. What comes of it is decided anew, by the rights, versions and relays of now.
 */
@Injectable()
export class Recall {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {}

  /**
   * The line itself where it recalls none.
   * @param as whose lines they are, where it is not who said it
   * @param scopes those of the token that it came with: other people's lines are for who may read runs with it
   */
  async line(
    said: CommandLine | Refusal,
    message: SaidAt,
    as: AskerKey = this.keyOf(message),
    scopes?: readonly string[],
  ): Promise<CommandLine | Refusal> {
    if (isRefusal(said)) return said;
    const recalled = recalledBy(said.stages[0]!);
    if (!recalled) return said;
    const before = await this.read(message, as, recalled.id, scopes);
    if (!before)
      return recalled.id === undefined ? refusal('no-history') : refusal('no-such-run', { id: recalled.id });
    if (before.masked) return refusal('line-masked');
    const line = parseLine(before.line);
    if (isRefusal(line)) return line;
    const recalledStages = recalled.failed ? await this.failedOf(line.stages, before) : line.stages;
    if (isRefusal(recalledStages)) return recalledStages;
    const [first, ...rest] = recalledStages;
    const stages: Stage[] = [
      { ...first!, words: [...first!.words, ...recalled.words] },
      ...rest,
      ...said.stages.slice(1),
    ];
    if (line.redirects.length > 0 && said.stages.length > 1)
      return refusal('alias-redirects', { name: '!!' });
    return parseLine(printLine({ stages, redirects: [...line.redirects, ...said.redirects] }));
  }

  /** The same stages, on those relays only on which they did not succeed. */
  private async failedOf(
    stages: readonly Stage[],
    { id, status }: Recalled,
  ): Promise<readonly Stage[] | Refusal> {
    if (!stages.some(isFanOut)) return refusal('not-a-fan-out', { id });
    if (!isTerminal(status)) return refusal('run-goes-on', { id });
    const reached = await readFailed(this.dataSource, id);
    const ofFanOut = reached.filter(({ stage }) => stages[stage] && isFanOut(stages[stage]));
    const failed = ofFanOut.find((one) => one.failed.length > 0);
    if (failed) return stages.with(failed.stage, onThese(stages[failed.stage]!, failed.failed));
    // Of what it never came to nothing has succeeded.
    if (ofFanOut.length < stages.filter(isFanOut).length) return stages;
    return refusal('nothing-failed', { id });
  }

  private keyOf({ adapter, workspace, sender }: SaidAt): AskerKey {
    const trusted = this.config.trustedAdapters.includes(adapter);
    return { adapter, workspace, senderId: sender.id, trusted };
  }

  private async read(
    { adapter, workspace, room }: SaidAt,
    as: AskerKey,
    id: string | undefined,
    scopes: readonly string[] | undefined,
  ): Promise<Recalled | undefined> {
    const asker = await readAsker(this.dataSource, as);
    if (!asker?.active) return undefined;
    if (id !== undefined && !isUuid(id)) return undefined;
    const select = `select id, status, coalesce(expanded, line) as line, masked from runs`;
    const [run] =
      id === undefined
        ? await this.dataSource.query<Recalled[]>(
            `${select} where user_id = $1 and adapter = $2 and workspace is not distinct from $3 and room = $4
               and coalesce(expanded, line) !~ '^\\s*(!!?|again|why)(\\s|\\||$)' order by id desc limit 1`,
            [asker.id, adapter, workspace ?? null, room.id],
          )
        : await this.dataSource.query<Recalled[]>(`${select} where id = $1 and (user_id = $2 or $3)`, [
            id,
            asker.id,
            cutToScopes(asker, scopes).permissions.includes('chasqui:read-runs'),
          ]);
    return run;
  }
}

/** Where a line was said, and by whom. */
type SaidAt = Pick<ChatMessage, 'adapter' | 'workspace' | 'sender' | 'room'>;

interface Recalled {
  readonly id: string;
  readonly status: ExecutionState;
  readonly line: string;
  readonly masked: boolean;
}

/** Whether a line stands for one that was said before. */
export function recalls({ stages }: CommandLine): boolean {
  return recalledBy(stages[0]!) !== undefined;
}

/** What is meant by `!!`, `again ID` and `again ID --failed`; `words` are those behind it. */
function recalledBy({
  words,
}: Stage): { readonly id?: string; readonly failed?: true; readonly words: Stage['words'] } | undefined {
  const [name, id, ...rest] = words;
  if (lastLine.has(name!.raw)) return { words: words.slice(1) };
  // An option in the place of the id is no id: the usage is told.
  if (name!.raw !== 'again' || id === undefined || id.raw.startsWith('--')) return undefined;
  if (rest[0]?.raw === '--failed') return { id: id.text, failed: true, words: rest.slice(1) };
  return { id: id.text, words: rest };
}
