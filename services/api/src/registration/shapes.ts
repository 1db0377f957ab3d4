import { z } from 'zod';
import { oneLine } from '../one-line.js';
import { AdapterName } from '../people/shapes.js';

const time = z.iso.datetime();

/** Somebody in a chat: the adapter that hears them, the workspace where there is one, and the provider's id of them, which never changes. */
const who = {
  adapter: AdapterName,
  workspace: oneLine(200).optional(),
  id: oneLine(200).min(1),
};
export const ChatWho = z.strictObject(who);
export type ChatWho = z.infer<typeof ChatWho>;

const Code = z
  .string()
  .min(1)
  .max(40)
  .describe('as the chat showed it, `K7QM-2XPD`; case and dashes do not count');
export const CodeToLook = z.strictObject({ code: Code });
export type CodeToLook = z.infer<typeof CodeToLook>;
export const CodeToConfirm = z
  .strictObject({
    code: Code,
    ...who,
  })
  .describe('The code, and who is to be joined, as `POST /registrations/look` showed them.');
export type CodeToConfirm = z.infer<typeof CodeToConfirm>;

/** Who asked for a code. The name is what the chat calls them, which they may have chosen. */
export const Candidate = z
  .strictObject({
    adapter: z.string(),
    workspace: z.string().optional(),
    id: z.string(),
    name: z.string().optional().describe('what the chat calls them; people choose that themselves'),
    room: z.string().optional().describe('where they asked'),
    askedAt: time,
    expiresAt: time,
  })
  .meta({ id: 'RegistrationCandidate' });
export type Candidate = z.infer<typeof Candidate>;

const joined = {
  adapter: z.string(),
  workspace: z.string().optional(),
  id: z.string(),
  joinedAt: time,
  joinedBy: z.enum(['administrator', 'code', 'self']).describe('how it came to be joined'),
};
export const JoinedIdentity = z.strictObject(joined).meta({ id: 'JoinedIdentity' });
export type JoinedIdentity = z.infer<typeof JoinedIdentity>;
export const IdentityOfUser = z
  .strictObject({ username: z.string(), ...joined })
  .meta({ id: 'IdentityOfUser' });
export type IdentityOfUser = z.infer<typeof IdentityOfUser>;
