import { placeOf, Recent } from '@chasqui/chat';
import type { ChatReply } from '@chasqui/contracts';
import type { Logger } from '@chasqui/telemetry';
import type { webApi } from '@slack/bolt';

const oneDay = 86_400_000;

/** Puts the small files of a reply into its thread, once. Without them the reply says how they are to be had, so that a fault here holds up nothing. */
export class SlackUploads {
  readonly #done = new Recent<true>(oneDay, 10_000);

  constructor(
    readonly web: webApi.WebClient,
    readonly logger: Logger,
  ) {}

  async put(reply: ChatReply, at: { readonly channel: string; readonly ts: string }): Promise<void> {
    const { files = [], thread, runId } = reply;
    if (files.length === 0 || this.#done.get(placeOf(reply))) return;
    this.#done.set(placeOf(reply), true);
    try {
      await this.web.files.uploadV2({
        channel_id: at.channel,
        thread_ts: thread ?? at.ts,
        file_uploads: files.map(({ name, base64 }) => ({
          file: Buffer.from(base64, 'base64'),
          filename: name,
        })),
      });
    } catch (cause) {
      this.logger.warn(
        { err: cause, runId },
        'files could not be put into Slack; the bot needs the scope files:write',
      );
    }
  }
}
