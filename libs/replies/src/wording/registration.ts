import { both, duration } from './amounts.js';
import type { ReadFacts } from './read-facts.js';

/** Who somebody in a chat is, in the provider's words. */
interface InChat {
  readonly adapter: string;
  readonly workspace?: string;
  readonly id: string;
}

/** Somebody in a chat becomes known, or is not known yet. */
export const registrationRefusals = {
  'unknown-person': (facts: ReadFacts) => {
    const adapter = facts.text('adapter') ?? 'ADAPTER';
    const id = facts.text('id') ?? 'ID';
    const name = facts.text('name');
    const workspace = facts.text('workspace');
    const who = name ? `${name} (${adapter} ${id})` : `${adapter} ${id}`;
    const map = `chasqui user map USERNAME ${adapter} ${id}${workspace ? ` --workspace ${workspace}` : ''}`;
    switch (facts.text('becomesKnown')) {
      case 'by-name':
        return `there is no user ${id}; an administrator can change that with: chasqui user create ${id} --email ADDRESS`;
      case 'by-self':
        return `Chasqui does not know ${who} yet. say register, and it does; if you have an account already, say register code`;
      case 'by-code':
        return `Chasqui does not know ${who} yet. if you have an account, say register for a code that joins you to it; an administrator can do that too, with: ${map}`;
      default:
        return `Chasqui does not know ${who} yet; an administrator can change that with: ${map}`;
    }
  },
  'registration-shut': (facts: ReadFacts) =>
    `nobody can register now: the group ${facts.text('group') ?? 'for newcomers'} may ${both(facts.words('permissions')) || 'administer'}, and newcomers may administer nothing. an administrator has to take that from the group, or set CHASQUI_SELF_REGISTRATION_GROUP to another`,
};

export const registrationSentences = {
  help: (howToBeKnown: string) =>
    `Chasqui runs operations commands that are typed here, for people whom it knows. ${howToBeKnown}`,
  codeSent: (resembles?: string) =>
    `${alike(resembles)}a code is on its way to you alone; confirm it where you are signed in, and you are known here`,
  code: (code: string, holdsMs: number, resembles?: string) =>
    `${alike(resembles)}your code is ${code}. it holds for ${duration(holdsMs)}, once. enter it where you are signed in to Chasqui:`,
  keepToYourself:
    'give this code to nobody, and never enter one that somebody else gave you: whoever asked for it would act as you',
  registered: (username: string, group: string) =>
    `welcome: you are the user ${username} now, in the group ${group}. help shows what you may run`,
  alreadyKnown: (username: string, { adapter, workspace, id }: InChat) =>
    `you are the user ${username} here (${[adapter, workspace, id].filter(Boolean).join(' ')}); whoami tells what you may do`,
  knownByName: (username: string) =>
    `you are ${username} here because you say so; there is nothing to remove`,
  removed: (username: string) =>
    `you are not the user ${username} here any more. say register to be somebody again`,
  joined: (username: string) =>
    `you are the user ${username} now, here too. if that is not you, say: register remove`,
  joinedElsewhere: (
    username: string,
    who: Omit<InChat, 'id'> & { external_id: string; name: string | null },
  ) =>
    `${who.name ?? 'somebody'} (${[who.adapter, who.workspace, who.external_id].filter(Boolean).join(' ')}) was joined to ${username} just now, and may do there all that ${username} may. if that is not you: chasqui identity remove ${who.adapter}${who.workspace ? ` --workspace ${who.workspace}` : ''}`,
};

function alike(username: string | undefined): string {
  return username === undefined
    ? ''
    : `there is a user ${username} already, so no other is made for you. if that is you: `;
}
