import type { ChatMessage, ChatReply } from '@chasqui/contracts';

/**
 * A chat that people speak in. Slack, a terminal or a browser each implement it in their own words; everything that is the same for
 * all of them, such as not hearing twice, is done around it (`joinChat`).
 */
export interface Chat {
  /** The adapter's name, which replies come back to: `slack`, `terminal`. */
  readonly name: string;

  /**
   * Hears what people say to us, from now until the signal is aborted, and then rests. Resolves when it has stopped listening.
   * An event is acknowledged to the provider only after `hear` has resolved; the same event may be given to it twice.
   */
  listen(hear: Hear, signal: AbortSignal): Promise<void>;

  /**
   * Shows a reply: the first one of a run (and slot) as a new message in the thread it answers, later ones in its place. Throws where
   * it could not, and is then called again. What stands in a reply is text: it never becomes markup and calls nobody.
   */
  post(reply: ChatReply): Promise<void>;
}

export type Hear = (message: ChatMessage) => Promise<void>;
