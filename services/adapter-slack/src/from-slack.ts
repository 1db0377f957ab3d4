import type { ChatMessage } from '@chasqui/contracts';
import { cleanText } from './clean-text.js';
import type { SlackFile } from './slack-attached.js';

/** What of a Slack message event we look at (docs.slack.dev, events `message` and `app_mention`). */
export interface SlackMessage {
  readonly type: string;
  readonly subtype?: string;
  readonly channel: string;
  readonly channel_type?: string;
  readonly user?: string;
  readonly bot_id?: string;
  readonly text?: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly edited?: unknown;
  readonly hidden?: boolean;
  /** What is attached; got separately (`SlackAttached`). */
  readonly files?: readonly SlackFile[];
}

/** What of a slash command we look at. */
export interface SlackCommand {
  readonly team_id?: string;
  readonly channel_id: string;
  readonly channel_name?: string;
  readonly user_id: string;
  readonly user_name?: string;
  readonly text?: string;
  readonly trigger_id: string;
}

/** Who we are in this workspace, and how people speak to us. */
export interface Listener {
  readonly adapter: string;
  readonly prefix: string;
  readonly botUserId: string;
  readonly workspace?: string;
}

/** What people are called, by id. */
export type Names = ReadonlyMap<string, string>;

/**
 * A message that is meant for us, or undefined: in a room one that begins with the prefix or with our name, in a direct message any.
 * A mention in the middle of a sentence is talk about us, not to us. Bots (ourselves too), edits and joins are not heard.
 *
 * Slack tells of one message more than once, as `message` and as `app_mention`, with different event ids; it is the same message
 * where room and `ts` are the same, so these make its id.
 */
export function fromMessage(event: SlackMessage, listener: Listener, names?: Names): ChatMessage | undefined {
  if (!event.user || event.bot_id || event.user === listener.botUserId || event.edited || event.hidden)
    return undefined;
  if (event.subtype !== undefined && !spoken.has(event.subtype)) return undefined;
  const direct =
    event.channel_type === 'im' || (event.channel_type === undefined && event.channel.startsWith('D'));
  const said = addressed(event.text ?? '', direct, listener, names);
  if (!said) return undefined;
  return {
    id: `${event.channel}:${event.ts}`,
    adapter: listener.adapter,
    ...(listener.workspace === undefined ? {} : { workspace: listener.workspace }),
    room: { id: event.channel, direct },
    thread: event.thread_ts ?? event.ts,
    sender: { id: event.user },
    ...said,
    saidAt: Math.round(Number(event.ts) * 1000) || 0,
  };
}

/** `/chasqui echo:echo hello`. It stands in no thread, so its answer opens one of its own. */
export function fromCommand(
  command: SlackCommand,
  listener: Listener,
  now: number,
  names?: Names,
): ChatMessage {
  const { text, ...said } = cleaned(command.text ?? '', names);
  const workspace = command.team_id ?? listener.workspace;
  return {
    id: `slash:${command.trigger_id}`,
    adapter: listener.adapter,
    ...(workspace === undefined ? {} : { workspace }),
    room: {
      id: command.channel_id,
      ...(command.channel_name ? { name: command.channel_name } : {}),
      direct: command.channel_id.startsWith('D'),
    },
    sender: { id: command.user_id, ...(command.user_name ? { name: command.user_name } : {}) },
    addressed: 'slash',
    text: withoutPrefix(text, listener.prefix) ?? text,
    ...said,
    saidAt: now,
  };
}

/** A message also sent to its room, and one with a file beside it, are words all the same. */
const spoken = new Set(['thread_broadcast', 'file_share']);

function addressed(
  raw: string,
  direct: boolean,
  listener: Listener,
  names?: Names,
): Pick<ChatMessage, 'addressed' | 'text' | 'mentions'> | undefined {
  const mention = new RegExp(`^\\s*<@${listener.botUserId}(\\|[^>]*)?>[\\s:,]*`);
  const mentioned = mention.test(raw);
  const { text, ...said } = cleaned(raw.replace(mention, ''), names);
  const command = withoutPrefix(text, listener.prefix);
  if (mentioned) return { addressed: 'mention', text: command ?? text, ...said };
  if (command !== undefined) return { addressed: 'prefix', text: command, ...said };
  return direct ? { addressed: 'direct', text, ...said } : undefined;
}

function cleaned(raw: string, names?: Names): Pick<ChatMessage, 'text' | 'mentions'> {
  const { text, mentions } = cleanText(raw, names);
  return mentions.length > 0 ? { text, mentions } : { text };
}

/** What stands behind the prefix, if a word stands right behind it, or it is `!!`: `!!!` and `! so` are talk. */
function withoutPrefix(text: string, prefix: string): string | undefined {
  const rest = text.startsWith(prefix) ? text.slice(prefix.length) : '';
  return /^[\p{L}\p{N}_"']/u.test(rest) || isLastLine(rest, prefix) ? rest : undefined;
}

/**
 * Whether it asks for the last line again: `!` behind a prefix that ends with one, `!!` behind any other. Words that follow would run it with
 * more arguments, and "!! look here" is talk, so where nobody said that we are meant only an option, a pipe or a redirect may follow.
 */
function isLastLine(rest: string, prefix: string): boolean {
  const sign = prefix.endsWith('!') ? '!' : '!!';
  return rest.startsWith(sign) && /^\s*(?:$|[|>]|(?<=\s)--?[\p{L}\p{N}])/u.test(rest.slice(sign.length));
}
