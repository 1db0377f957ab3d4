import type { Chat, Hear } from '@chasqui/chat';
import type { ChatMessage, ChatReply } from '@chasqui/contracts';
import { outageSentence } from '@chasqui/replies';
import { SettingsError } from '@chasqui/settings';
import type { Logger } from '@chasqui/telemetry';
import { App, webApi } from '@slack/bolt';
import { boltLogger } from './bolt-logger.js';
import type { SlackSettings } from './config.js';
import { fromCommand, fromMessage, type Listener, type SlackMessage } from './from-slack.js';
import { LateAckReceiver } from './late-ack-receiver.js';
import { SlackAttached } from './slack-attached.js';
import { SlackNames } from './slack-names.js';
import { SlackPosts } from './slack-posts.js';
import { SlackUploads } from './slack-uploads.js';

/** A Slack workspace as a chat: Socket Mode in, the Web API out. */
export class SlackChat implements Chat {
  readonly name: string;
  readonly #posts: SlackPosts;
  readonly #names: SlackNames;
  readonly #attached: SlackAttached;
  #connected = false;

  constructor(
    readonly settings: SlackSettings,
    readonly logger: Logger,
  ) {
    this.name = settings.name;
    const web = (options: webApi.WebClientOptions) =>
      new webApi.WebClient(settings.botToken, {
        slackApiUrl: settings.apiUrl,
        logger: boltLogger(logger),
        ...options,
      });
    const saying = web({ retryConfig: { retries: 2, minTimeout: 200 }, timeout: 10_000 });
    this.#posts = new SlackPosts(saying, new SlackUploads(saying, logger));
    this.#attached = new SlackAttached(settings.botToken, settings.apiUrl, logger);
    this.#names = new SlackNames(
      web({ retryConfig: { retries: 0 }, timeout: 2_000, rejectRateLimitedCalls: true }),
    );
  }

  post(reply: ChatReply): Promise<void> {
    return this.#posts.show(reply);
  }

  /** Whether events reach us now; for health. */
  connected(): boolean {
    return this.#connected;
  }

  /** @throws SettingsError if Slack does not take one of the tokens; an unreachable Slack is waited for */
  async listen(hear: Hear, signal: AbortSignal): Promise<void> {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const receiver = this.#receiver();
    const start = this.#start(receiver, hear);
    // Giving up while Slack is still being waited for leaves nobody to hear how that ended.
    start.catch(() => undefined);
    await Promise.race([start, aborted]);
    await aborted;
    await receiver.client.disconnect();
  }

  async #start(receiver: LateAckReceiver, hear: Hear): Promise<void> {
    const clientOptions = this.#patient();
    const self = await new webApi.WebClient(this.settings.botToken, clientOptions).auth
      .test()
      .catch((cause: unknown) => refused('SLACK_BOT_TOKEN', cause));
    const identity = { botToken: this.settings.botToken, botId: self.bot_id, botUserId: self.user_id };
    const app = new App({
      receiver,
      clientOptions,
      logger: boltLogger(this.logger),
      convoStore: false,
      authorize: async () => identity,
    });
    this.#wire(app, hear, {
      adapter: this.name,
      prefix: this.settings.prefix,
      botUserId: self.user_id ?? '',
      ...(self.team_id && { workspace: self.team_id }),
    });
    await app.start().catch((cause: unknown) => refused('SLACK_APP_TOKEN', cause));
    this.logger.info({ workspace: self.team, as: self.user }, 'listening to Slack');
  }

  #wire(app: App, hear: Hear, listener: Listener): void {
    const pass = async (message: ChatMessage | undefined) => {
      if (!message) return;
      const name = await this.#names.of(message.sender.id);
      await hear(name === undefined ? message : { ...message, sender: { ...message.sender, name } });
    };
    const take = async (event: SlackMessage) => {
      const forUs = fromMessage(event, listener);
      if (!forUs) return;
      const [names, files] = await Promise.all([
        this.#namesIn(forUs),
        this.#attached.given(event.files ?? []),
      ]);
      const message = fromMessage(event, listener, names);
      await pass(message && files.length > 0 ? { ...message, files } : message);
    };
    app.event('message', ({ event }) => take(event as SlackMessage));
    app.event('app_mention', ({ event }) => take(event as SlackMessage));
    app.command(/./, async ({ command, ack }) => {
      try {
        const now = Date.now();
        const names = await this.#namesIn(fromCommand(command, listener, now));
        await pass(fromCommand(command, listener, now, names));
        // So that the others see what was asked.
        await ack({ response_type: 'in_channel' });
      } catch (cause) {
        this.logger.warn({ err: cause }, 'a slash command could not be passed on');
        await ack(outageSentence('broker-unavailable'));
      }
    });
  }

  /** What those are called whom a message names. */
  #namesIn(message: ChatMessage): Promise<Map<string, string>> {
    const people = (message.mentions ?? []).filter(({ kind }) => kind === 'person');
    return this.#names.all(people.slice(0, 10).map(({ id }) => id));
  }

  #receiver(): LateAckReceiver {
    const receiver = new LateAckReceiver({
      appToken: this.settings.appToken,
      logger: boltLogger(this.logger),
      installerOptions: { clientOptions: this.#patient() },
    });
    receiver.client.on('connected', () => (this.#connected = true));
    receiver.client.on('close', () => (this.#connected = false));
    return receiver;
  }

  /** Waits for a Slack that is away, for hours if need be: there is nothing to do without it. */
  #patient(): webApi.WebClientOptions {
    return {
      slackApiUrl: this.settings.apiUrl,
      logger: boltLogger(this.logger),
      retryConfig: { retries: 10_000, factor: 1.5, minTimeout: 500, maxTimeout: 30_000 },
    };
  }
}

function refused(setting: string, cause: unknown): never {
  if (!(cause instanceof webApi.WebAPIPlatformError)) throw cause;
  throw new SettingsError([
    `Slack does not take ${setting}: ${cause.data.error}. Copy it anew from the app's page at api.slack.com`,
  ]);
}
