import { idempotencyKeyOf } from './idempotency-key.js';
import type { OrderParts } from './order-for.js';

/** A variable that a command finds in its environment. */
export interface EnvironmentName {
  readonly name: string;
  /** What the guide says of it, in Markdown. */
  readonly meaning: string;
}

/** One that the API gives, and what it is worth. */
export interface GivenName extends EnvironmentName {
  readonly value: (parts: OrderParts) => string;
}

/** What every command finds. `docs/guide/what-a-command-sees.md` shows this list, and a test compares them. */
export const ownNames: readonly GivenName[] = [
  {
    name: 'CHASQUI_RUN_ID',
    meaning: 'The run that the line became; `chasqui runs show` tells all about it.',
    value: ({ run }) => run.id,
  },
  {
    name: 'CHASQUI_EXECUTION_ID',
    meaning: 'This execution: one run of one stage, of one record where the stage runs for each.',
    value: ({ execution }) => execution.id,
  },
  {
    name: 'CHASQUI_ATTEMPT',
    meaning: 'Which attempt at this execution it is: 1 for the first.',
    value: ({ execution }) => String(execution.attempt),
  },
  {
    name: 'CHASQUI_IDEMPOTENCY_KEY',
    meaning:
      'The same for every attempt, and for nothing else: hand it on to whatever must not be done twice.',
    value: ({ execution }) => idempotencyKeyOf(execution),
  },
  {
    name: 'CHASQUI_USER',
    meaning: 'Who asked, by the name that Chasqui knows.',
    value: ({ run }) => run.username ?? '',
  },
  { name: 'CHASQUI_EMAIL', meaning: 'Their e-mail address.', value: ({ run }) => run.user_email ?? '' },
  {
    name: 'CHASQUI_CHAT_ID',
    meaning: "Their id in the chat: Slack's `U034…`.",
    value: ({ run }) => run.sender,
  },
  {
    name: 'CHASQUI_ADAPTER',
    meaning: 'Which chat it was said in: `slack`, `terminal`, `http` for REST and `chasqui run`.',
    value: ({ run }) => run.adapter,
  },
  {
    name: 'CHASQUI_CHANNEL',
    meaning: "The room's name, or its id where the chat does not tell a name.",
    value: ({ run }) => run.room_name ?? run.room,
  },
  {
    name: 'CHASQUI_ROOM',
    meaning: "The room's id in the chat: Slack's `C012…`.",
    value: ({ run }) => run.room,
  },
  { name: 'CHASQUI_BUNDLE', meaning: 'Its bundle.', value: ({ stage }) => stage.bundle.name },
  { name: 'CHASQUI_VERSION', meaning: "Its bundle's version.", value: ({ stage }) => stage.bundle.version },
  {
    name: 'CHASQUI_COMMAND',
    meaning: 'Its name in the bundle: `restart`, `user list`.',
    value: ({ stage }) => stage.command.name,
  },
  { name: 'CHASQUI_RELAY', meaning: 'The relay that it runs on.', value: ({ stage }) => stage.relay },
  {
    name: 'CHASQUI_RELAY_TAGS',
    meaning: "That relay's tags, with commas between them: `dc=fra,gpu`.",
    value: ({ relayTags }) => relayTags.join(','),
  },
];

/** What commands of a bundle in Gort's format find beside them, under the names and with the meanings that Gort's had. */
export const gortNames: readonly GivenName[] = [
  { name: 'GORT_ADAPTER', meaning: '`CHASQUI_ADAPTER`', value: ({ run }) => run.adapter },
  { name: 'GORT_BUNDLE', meaning: '`CHASQUI_BUNDLE`', value: ({ stage }) => stage.bundle.name },
  { name: 'GORT_COMMAND', meaning: '`CHASQUI_COMMAND`', value: ({ stage }) => stage.command.name },
  { name: 'GORT_CHAT_ID', meaning: '`CHASQUI_CHAT_ID`', value: ({ run }) => run.sender },
  { name: 'GORT_INVOCATION_ID', meaning: '`CHASQUI_RUN_ID`', value: ({ run }) => run.id },
  { name: 'GORT_ROOM', meaning: '`CHASQUI_ROOM`', value: ({ run }) => run.room },
  { name: 'GORT_USER', meaning: '`CHASQUI_USER`', value: ({ run }) => run.username ?? '' },
];

/** What the relay adds, of which the API knows nothing when it makes an order. */
export const relayNames: readonly EnvironmentName[] = [
  {
    name: 'CHASQUI_API_URL',
    meaning:
      'Where the API is, for the [key-value store](store.md); if the command says `store: true` and its relay has the setting of that name.',
  },
  {
    name: 'CHASQUI_STORE_TOKEN',
    meaning: 'The token for it, good for this execution; together with the address.',
  },
  {
    name: 'TRACEPARENT',
    meaning:
      'The trace that the execution belongs to ([W3C](https://www.w3.org/TR/trace-context/)), where traces are taken.',
  },
];
