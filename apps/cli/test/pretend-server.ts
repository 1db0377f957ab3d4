import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly what: string;
  readonly body?: unknown;
  readonly authorization?: string;
}

/** An answer: a status and a body of JSON, or a function that writes the answer itself. */
export type Answer =
  readonly [status: number, body?: unknown] | ((response: ServerResponse) => void | Promise<void>);

/** A server on loopback that answers `METHOD /path?query` as it was told, 404 to all else, and keeps what it was asked, in order. It ends with the test. */
export async function pretendServer(answers: Readonly<Record<string, Answer>>) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const sent = await text(request);
      const what = `${request.method} ${request.url}`;
      const { authorization } = request.headers;
      asked.push({
        what,
        ...(sent && { body: JSON.parse(sent) as unknown }),
        ...(authorization && { authorization }),
      });
      const answer = answers[what] ?? [404, { error: { code: 'not-found', message: `there is no ${what}` } }];
      if (typeof answer === 'function') return await answer(response);
      const [status, body] = answer;
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(body === undefined ? '' : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: asked as readonly Asked[],
    close,
  };
}

/** One Server-Sent Event as it goes over the wire. */
export function sent(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
