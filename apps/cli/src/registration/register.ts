import type { Command } from 'commander';
import type { User } from '../people/person-shapes.js';
import type { Candidate, JoinedIdentity } from './identity-shapes.js';
import { session } from '../session.js';
import { Stop } from '../stop.js';
import { ago } from '../terminal/ago.js';
import { ask } from '../terminal/ask.js';
import { fields } from '../terminal/table.js';
import { placeOf } from './place-of.js';

/**
 * `chasqui register CODE`: shows who in which chat asked for the code, and joins them to whoever is signed in once that is confirmed. There
 * is no option that says yes: a line that somebody sends you must not be able to do it all.
 */
export function define(register: Command): void {
  register
    .argument('<code>', 'the code that the chat showed you')
    .action(async (code: string, _options, command: Command) => {
      const { api, show } = session(command);
      const candidate = await api.post<Candidate>('/registrations/look', { code });
      const { user } = await api.get<{ user: User }>('/me');
      process.stderr.write(`${inWords(candidate)}\n\n${warning(candidate, user.username)}\n`);
      const typed = await ask('was that you? type yes to join them: ');
      if (typed.trim().toLowerCase() !== 'yes') throw new Stop('nobody was joined');
      const { adapter, workspace, id } = candidate;
      const who = { adapter, ...(workspace !== undefined && { workspace }), id };
      show(
        await api.post<JoinedIdentity>('/registrations/confirm', { code, ...who }),
        (joined) =>
          `${joined.id} in ${placeOf(joined)} is ${user.username} now; "chasqui identity remove" undoes it`,
      );
    });
}

function inWords(candidate: Candidate): string {
  return fields({
    chat: placeOf(candidate),
    id: candidate.id,
    'calls itself': candidate.name,
    'asked in': candidate.room,
    asked: `${ago(candidate.askedAt, Date.now())} ago`,
  });
}

function warning({ id, adapter }: Candidate, username: string): string {
  return `From then on ${id} may do in ${adapter} all that ${username} may. If somebody gave you this code, or asked you to enter it, stop: it is theirs.`;
}
