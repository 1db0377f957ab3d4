import { z } from 'zod';
import { oneLine } from '../one-line.js';
import { Username, UserShape } from '../people/shapes.js';
import { passwordLength } from './password-strength.js';

const time = z.iso.datetime({ offset: true });

/** What somebody types; a length is all that is asked of it, since what is wrong about it is nobody's business. */
const TypedPassword = z.string().min(1).max(passwordLength.most);

export const NewPassword = z
  .string()
  .max(passwordLength.most)
  .regex(/^[^\0]*$/, 'has a NUL character in it')
  .describe(`At least ${passwordLength.least} characters, and not easy to guess.`);

export const Credentials = z.strictObject({
  username: z.string().max(200).describe('Your user name.'),
  password: TypedPassword,
});
export type Credentials = z.infer<typeof Credentials>;

export const SignedIn = z.strictObject({ username: z.string(), expiresAt: time }).meta({ id: 'SignedIn' });
export type SignedIn = z.infer<typeof SignedIn>;

export const SignedInToken = SignedIn.extend({
  token: z.string().describe('To be sent as “Authorization: Bearer <token>”; shown this once.'),
}).meta({ id: 'SignedInToken' });
export type SignedInToken = z.infer<typeof SignedInToken>;

export const SignInMethods = z
  .strictObject({
    password: z.boolean(),
    provider: z.strictObject({ name: z.string(), issuer: z.string() }).optional(),
  })
  .meta({ id: 'SignInMethods' });

export const SignedOut = z
  .strictObject({
    signOutAt: z.string().optional().describe('Open this to sign out at the identity provider too.'),
  })
  .meta({ id: 'SignedOut' });

export const SessionShape = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(['browser', 'cli']),
    address: z.string().optional(),
    agent: z.string().optional(),
    createdAt: time,
    lastSeenAt: time,
    endsAt: time.describe('If it is not used before.'),
    current: z.boolean().describe('The one that asks.'),
  })
  .meta({ id: 'Session' });
export type SessionShape = z.infer<typeof SessionShape>;

export const OfSession = z.strictObject({ username: Username, session: z.uuid() });
export type OfSession = z.infer<typeof OfSession>;

export const PasswordChange = z.strictObject({
  password: NewPassword,
  current: TypedPassword.optional().describe('Your own, to change your own.'),
});
export type PasswordChange = z.infer<typeof PasswordChange>;

export const FirstAdmin = z.strictObject({
  token: z.string().min(1).max(512).describe('The bootstrap token.'),
  username: Username,
  email: UserShape.shape.email.max(254).regex(/^[^\s@]+@[^\s@]+$/, 'is not an e-mail address'),
  fullName: oneLine(200).optional(),
  password: NewPassword.optional(),
});
export type FirstAdmin = z.infer<typeof FirstAdmin>;

export const FirstAdminMade = z
  .strictObject({
    user: UserShape,
    token: z.string().describe('A personal token of the new administrator; shown this once.'),
  })
  .meta({ id: 'FirstAdmin' });
