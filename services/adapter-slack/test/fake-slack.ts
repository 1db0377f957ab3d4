import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** One call of a Web API method, as it came. */
export interface Call {
  readonly method: string;
  readonly args: Record<string, string>;
}

/** A message that stands in the fake workspace. */
export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  text: string;
  blocks: unknown[];
  attachments: { color: string; blocks: unknown[] }[];
}

type Answer = Record<string, unknown> & { ok: boolean };

/**
 * A Slack workspace on loopback, as far as Socket Mode and the methods we use go: `auth.test`, `apps.connections.open`,
 * `users.info`, `chat.postMessage`, `chat.update`. It speaks the real protocol, so the client is the unmodified Bolt.
 */
export class FakeSlack {
  readonly calls: Call[] = [];
  readonly posted: Posted[] = [];
  /** What was acknowledged: envelope ids, with what came along. */
  readonly acks: { envelope_id: string; payload?: unknown }[] = [];
  /** What can be downloaded with the bot's token, by path; and what was uploaded, by its id. */
  readonly downloads = new Map<string, Buffer>();
  readonly uploads = new Map<string, { filename: string; bytes: Buffer; thread?: string }>();
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #failures = new Map<
    string,
    { status: number; headers?: Record<string, string>; body: unknown }[]
  >();
  #counter = 0;

  private constructor() {
    this.#http = createServer((request, response) => {
      const path = request.url ?? '';
      if (path.startsWith('/files/')) return this.#download(request, response);
      if (path.startsWith('/upload/')) return void this.#upload(request, response);
      void this.#answer(request).then(({ status, headers, body }) =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(body)),
      );
    });
    this.#sockets = new WebSocketServer({ server: this.#http, path: '/link' });
    this.#sockets.on('connection', (socket) => {
      socket.on('message', (raw) =>
        this.acks.push(JSON.parse((raw as Buffer).toString()) as { envelope_id: string }),
      );
      socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    });
  }

  static async open(): Promise<FakeSlack> {
    const slack = new FakeSlack();
    slack.#http.listen(0, '127.0.0.1');
    await once(slack.#http, 'listening');
    return slack;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}/api/`;
  }

  get connections(): WebSocket[] {
    return [...this.#sockets.clients];
  }

  /** The next call of the method is answered with this instead. */
  failNext(method: string, status: number, body: unknown, headers?: Record<string, string>): void {
    this.#failures.set(method, [
      ...(this.#failures.get(method) ?? []),
      { status, body, ...(headers && { headers }) },
    ]);
  }

  /** Delivers an event. The same `eventId` with `retry` is what Slack does with an event that was not acknowledged. */
  event(event: Record<string, unknown>, eventId: string, retry = 0): string {
    return this.#deliver(
      'events_api',
      { team_id: 'T1', type: 'event_callback', event_id: eventId, event },
      retry,
    );
  }

  slash(command: Record<string, unknown>): string {
    return this.#deliver('slash_commands', { command: '/chasqui', team_id: 'T1', ...command }, 0);
  }

  /** What Slack does when it moves a connection elsewhere. */
  disconnectAll(): void {
    for (const socket of this.connections)
      socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
  }

  async close(): Promise<void> {
    for (const socket of this.connections) socket.terminate();
    this.#sockets.close();
    const closed = once(this.#http, 'close');
    this.#http.close();
    this.#http.closeAllConnections();
    await closed;
  }

  #download(request: IncomingMessage, response: ServerResponse): void {
    const bytes = this.downloads.get(request.url ?? '');
    const isBot = request.headers.authorization === 'Bearer xoxb-1';
    // As the real one: a page, and no fault.
    if (!bytes || !isBot)
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Sign in</title>');
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
  }

  async #upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const upload = this.uploads.get((request.url ?? '').replace('/upload/', ''))!;
    const headers = { 'content-type': request.headers['content-type']! };
    const [file] = (await new Response(Buffer.concat(parts), { headers }).formData()).values();
    upload.bytes = Buffer.from(await (file as Blob).arrayBuffer());
    response.writeHead(200).end('OK');
  }

  #deliver(type: string, payload: unknown, retry_attempt: number): string {
    const envelope_id = `envelope-${++this.#counter}`;
    const socket = this.connections.at(-1);
    if (!socket) throw new Error('nobody is connected to the fake Slack');
    socket.send(
      JSON.stringify({
        envelope_id,
        type,
        payload,
        retry_attempt,
        accepts_response_payload: type !== 'events_api',
      }),
    );
    return envelope_id;
  }

  async #answer(request: IncomingMessage) {
    const method = (request.url ?? '').replace(/^\/api\//, '').split('?')[0]!;
    const args = await argumentsOf(request);
    this.calls.push({ method, args });
    const failure = this.#failures.get(method)?.shift();
    return failure ?? { status: 200, headers: undefined, body: this.#result(method, args) };
  }

  #result(method: string, args: Record<string, string>): Answer {
    switch (method) {
      case 'auth.test':
        return { ok: true, team: 'Test', team_id: 'T1', user: 'chasqui', user_id: 'UBOT', bot_id: 'BBOT' };
      case 'apps.connections.open':
        return { ok: true, url: `${this.apiUrl.replace('http', 'ws').replace('/api/', '/link')}` };
      case 'users.info':
        return {
          ok: true,
          user: { id: args['user'], name: 'ann', profile: { display_name: `Ann (${args['user']})` } },
        };
      case 'chat.postMessage':
        return this.#post(args);
      case 'files.getUploadURLExternal': {
        const id = `F${++this.#counter}`;
        this.uploads.set(id, { filename: args['filename'] ?? '', bytes: Buffer.alloc(0) });
        return { ok: true, upload_url: this.apiUrl.replace('/api/', `/upload/${id}`), file_id: id };
      }
      case 'files.completeUploadExternal':
        for (const { id } of listOf(args['files']) as { id: string }[])
          Object.assign(this.uploads.get(id)!, { thread: args['thread_ts'] });
        return { ok: true, files: [] };
      case 'chat.update':
        return this.#update(args);
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }

  #post(args: Record<string, string>): Answer {
    const ts = `1700000000.${String(++this.#counter).padStart(6, '0')}`;
    const { channel = '', thread_ts } = args;
    this.posted.push({
      channel,
      ts,
      ...(thread_ts && { thread_ts }),
      text: args['text'] ?? '',
      blocks: listOf(args['blocks']),
      attachments: listOf(args['attachments']) as Posted['attachments'],
    });
    return { ok: true, channel, ts };
  }

  #update(args: Record<string, string>): Answer {
    const message = this.posted.find(({ channel, ts }) => channel === args['channel'] && ts === args['ts']);
    if (!message) return { ok: false, error: 'message_not_found' };
    message.text = args['text'] ?? '';
    // What is not named stays, as with the real one.
    if (args['blocks'] !== undefined) message.blocks = listOf(args['blocks']);
    if (args['attachments'] !== undefined)
      message.attachments = listOf(args['attachments']) as Posted['attachments'];
    return { ok: true, channel: message.channel, ts: message.ts };
  }
}

/** The Web API takes forms; what is no text in them is JSON. */
async function argumentsOf(request: IncomingMessage): Promise<Record<string, string>> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return Object.fromEntries(new URLSearchParams(body));
}

function listOf(json = '[]'): unknown[] {
  return JSON.parse(json) as unknown[];
}
