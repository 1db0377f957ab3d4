import { fileLimits, type GivenFile } from '@chasqui/contracts';
import type { Logger } from '@chasqui/telemetry';

/** What of a file that somebody attached we look at (docs.slack.dev, object `file`). */
export interface SlackFile {
  readonly name?: string | null;
  readonly size?: number;
  readonly mimetype?: string;
  readonly url_private_download?: string;
}

const patienceMs = 10_000;

/**
 * Gets what was attached to a message, with the bot's token and from Slack alone. What is too large is not asked for; what cannot be had is said so,
 * and whoever takes the message answers that.
 */
export class SlackAttached {
  constructor(
    private readonly botToken: string,
    private readonly apiUrl: string,
    private readonly logger: Logger,
  ) {}

  async given(files: readonly SlackFile[]): Promise<GivenFile[]> {
    const taken = files.slice(0, fileLimits.inCount);
    const all = taken.reduce((sum, { size = 0 }) => sum + size, 0);
    return Promise.all(
      taken.map(async (file): Promise<GivenFile> => {
        const { name, size } = file;
        const about = { name: (name || 'file').slice(0, 300), ...(size !== undefined && { bytes: size }) };
        if (all > fileLimits.inBytes) return { ...about, fault: 'too-large' };
        try {
          return { ...about, base64: (await this.get(file)).toString('base64') };
        } catch (cause) {
          this.logger.warn(
            { err: cause },
            'an attached file could not be had; the bot needs the scope files:read',
          );
          return { ...about, fault: 'unreadable' };
        }
      }),
    );
  }

  private async get({ url_private_download: address, mimetype }: SlackFile): Promise<Buffer> {
    const url = new URL(address ?? '');
    if (!this.isSlack(url)) throw new Error('it is not kept by Slack itself');
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${this.botToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    });
    // Whoever may not have a file gets a page to sign in on.
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') ?? false;
    if (!answer.ok || (isPage && mimetype !== 'text/html'))
      throw new Error(`Slack answered ${answer.status}${isPage ? ' with a page' : ''}`);
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of answer.body ?? []) {
      bytes += part.length;
      if (bytes > fileLimits.inBytes) throw new Error('it is larger than Slack said');
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  /** The token goes nowhere else, whatever stands in an event. */
  private isSlack({ protocol, hostname, origin }: URL): boolean {
    if (origin === new URL(this.apiUrl).origin) return true;
    return protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'));
  }
}
