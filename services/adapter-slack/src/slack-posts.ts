import { placeOf, Recent } from '@chasqui/chat';
import { Outage, type ChatReply } from '@chasqui/contracts';
import { webApi } from '@slack/bolt';
import type { SlackUploads } from './slack-uploads.js';
import { toSlack, type SlackBody } from './to-slack.js';

/** A message of ours. */
interface Place {
  readonly channel: string;
  readonly ts: string;
}

const oneDay = 86_400_000;

/**
 * Shows replies: the first of a run (and slot) is posted in its thread, later ones edit it. After a restart nobody knows the message any more,
 * and the next reply is posted anew.
 */
export class SlackPosts {
  readonly #places = new Recent<Place>(oneDay, 10_000);

  constructor(
    readonly web: webApi.WebClient,
    readonly uploads: SlackUploads,
  ) {}

  async show(reply: ChatReply): Promise<void> {
    const body = toSlack(reply);
    const place = this.#places.get(placeOf(reply));
    const now = (place && (await this.#edit(place, body))) ?? (await this.#post(reply, body));
    this.#places.set(placeOf(reply), now);
    await this.uploads.put(reply, now);
  }

  /** Undefined where the message is gone, or may not be edited any more. */
  async #edit(place: Place, body: SlackBody): Promise<Place | undefined> {
    const edited = await this.#call(
      body,
      // What is not named stays as it was: an answer without colour would keep what stood there in colour.
      ({ text, blocks = [], attachments = [] }) =>
        this.web.chat.update({ ...place, text, blocks, attachments, ...asText }),
      uneditable,
    );
    return edited && place;
  }

  /** In the thread; where we may not speak in the room, to the person alone. */
  async #post(reply: ChatReply, body: SlackBody): Promise<Place> {
    const to = (channel: string, thread?: string) => (shown: SlackBody) =>
      this.web.chat.postMessage({
        channel,
        ...shown,
        ...asText,
        ...unfurlNothing,
        ...(thread && { thread_ts: thread }),
      });
    const posted =
      (await this.#call(
        body,
        to(reply.room, reply.thread),
        reply.room === reply.recipient ? new Set() : unspeakable,
      )) ?? (await this.#call(body, to(reply.recipient), new Set()));
    return { channel: posted!.channel!, ts: posted!.ts! };
  }

  /** Undefined for an error that is looked for. Blocks that Slack does not take are left out: the plain text says the same. */
  async #call<T>(
    body: SlackBody,
    send: (shown: SlackBody) => Promise<T>,
    lookedFor: ReadonlySet<string>,
  ): Promise<T | undefined> {
    try {
      return await send(body);
    } catch (cause) {
      const code = cause instanceof webApi.WebAPIPlatformError ? cause.data.error : undefined;
      if (code === undefined || passing.has(code)) {
        throw new Outage('chat-unavailable', { retryable: true, detail: String(cause) }, { cause });
      }
      if (lookedFor.has(code)) return undefined;
      if (body.blocks && /blocks|attachments/.test(code))
        return this.#call({ text: body.text }, send, lookedFor);
      throw cause;
    }
  }
}

/** Nothing in a text becomes a mention or a link. */
const asText = { parse: 'none', link_names: false } as const;
const unfurlNothing = { mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;

/** Slack's words for what passes by itself, for a message that cannot be edited, and for a room that we cannot speak in. */
const passing = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'ratelimited',
]);
const uneditable = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'channel_not_found',
]);
const unspeakable = new Set(['not_in_channel', 'channel_not_found', 'is_archived', 'restricted_action']);
