import { isRefusal, refusal, type Refusal } from '@chasqui/contracts';
import { registrationSentences as say, rendered, sentence, type Rendered } from '@chasqui/replies';
import { keyFor } from '@chasqui/sealing';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit } from '../audit/audit.service.js';
import { builtInHelp } from '../built-ins/names.js';
import type { Ask } from '../built-ins/built-in.js';
import type { ApiConfig } from '../config.js';
import type { Known } from '../commands/known.js';
import { CONFIG } from '../parts.js';
import { secretKeysOf } from '../secrets/secret-keys.js';
import { storable } from '../storable.js';
import { codeHash, codeLivesMs, codeOf } from './code.js';
import { registerSelf, type Newcomer } from './register-self.js';
import type { StrangerAsks } from './stranger-line.js';
import { userNameFor } from './user-name-for.js';

/** What somebody is told where they asked, and, in its place, what is for their eyes alone and is kept nowhere. */
export interface Told {
  readonly shown: Rendered;
  readonly secret?: Rendered;
}

/**
 * `register` and `help` in a chat, said by somebody whom nobody knows, and `register` by somebody who is known. A code is bound to who
 * asked for it (adapter, workspace, the provider's id); whoever is signed in and confirms it says by that: this one is me.
 */
@Injectable()
export class Registration {
  private readonly key: Uint8Array;

  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: Audit,
    @Inject(CONFIG) private readonly config: ApiConfig,
  ) {
    this.key = keyFor('registration codes', secretKeysOf(config)).current.key;
  }

  /** @param runId of the message; the same one is answered with the same code */
  async toStranger(asks: StrangerAsks, known: Known, runId: string): Promise<Told | Refusal> {
    const { sender } = known;
    const stranger = refusal('unknown-person', { ...sender });
    if (asks.builtIn === 'help') return { shown: said(say.help(sentence(stranger))) };
    const [how, ...rest] = asks.words;
    if (rest.length > 0 || (how !== undefined && how !== 'code'))
      return refusal('bad-usage', { usage: builtInHelp.register.usage });
    if (sender.becomesKnown === 'by-name') return stranger;
    const { selfRegistration } = this.config;
    if (!selfRegistration || how === 'code') return this.code(known, runId);
    const made = await this.self({ ...sender, group: selfRegistration.group }, runId);
    if (isRefusal(made)) return made;
    if ('resembles' in made) return this.code(known, runId, made.resembles);
    return { shown: said(say.registered(made.username, selfRegistration.group)) };
  }

  /** To somebody who is known: who they are here, or that they are not any more. */
  async toKnown({ words, asker, known: { sender } }: Ask): Promise<Rendered | Refusal> {
    const [how, ...rest] = words;
    if (rest.length > 0 || !['code', 'remove', undefined].includes(how))
      return refusal('bad-usage', { usage: builtInHelp.register.usage });
    if (how !== 'remove') return said(say.alreadyKnown(asker.username, sender));
    if (sender.becomesKnown === 'by-name') return said(say.knownByName(asker.username));
    const { adapter, workspace, id } = sender;
    const action = {
      action: 'identities.remove',
      method: adapter,
      user: { id: asker.id, username: asker.username },
      resource: { kind: 'user', name: asker.username },
      details: { adapter, workspace, id },
    };
    await this.audit.action(action, () =>
      this.dataSource.query(
        `delete from chat_identities where adapter = $1 and workspace = $2 and external_id = $3 and user_id = $4`,
        [adapter, workspace ?? '', id, asker.id],
      ),
    );
    return said(say.removed(asker.username));
  }

  private self(who: Newcomer, runId: string): ReturnType<typeof registerSelf> {
    const { adapter, workspace, id, name, group } = who;
    const action = {
      action: 'registrations.self',
      method: adapter,
      resource: { kind: 'user', name: userNameFor(who) },
      details: { adapter, workspace, id, name, group },
      runId,
    };
    return this.audit.action(
      action,
      () => registerSelf(this.dataSource, who),
      (made) => {
        if (isRefusal(made)) return { result: 'denied', code: made.code };
        return 'resembles' in made ? { result: 'denied', code: 'look-alike' } : { result: 'allowed' };
      },
    );
  }

  /** Makes a code in the place of any that this person had. What is long over goes at the same time. */
  private async code(known: Known, runId: string, resembles?: string): Promise<Told> {
    const { sender, place } = known;
    const code = codeOf(runId, this.key);
    await this.dataSource.query(
      `with over as (
         delete from registrations
         where expires_at < now() - interval '1 day' and (adapter, workspace, external_id) <> ($1, $2, $3)
       )
       insert into registrations as r (adapter, workspace, external_id, name, room, hash, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 millisecond')
       on conflict (adapter, workspace, external_id) do update
       set name = excluded.name, room = excluded.room, hash = excluded.hash, asked_at = now(), expires_at = excluded.expires_at
       where r.hash <> excluded.hash`,
      [
        ...[sender.adapter, sender.workspace ?? '', sender.id].map(storable),
        sender.name === undefined ? null : storable(sender.name),
        place.roomName === undefined ? null : storable(place.roomName),
        codeHash(code, this.key),
        codeLivesMs,
      ],
    );
    return {
      shown: said(say.codeSent(resembles)),
      secret: rendered('succeeded', [
        { kind: 'text', text: say.code(code, codeLivesMs, resembles) },
        { kind: 'code', text: `chasqui register ${code}` },
        { kind: 'text', text: say.keepToYourself, tone: 'quiet' },
      ]),
    };
  }
}

function said(text: string): Rendered {
  return rendered('succeeded', [{ kind: 'text', text }]);
}
