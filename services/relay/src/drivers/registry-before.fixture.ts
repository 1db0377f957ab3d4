import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from '@chasqui/testbed';

export interface RegistryBefore extends AsyncDisposable {
  readonly address: string;
  /** What it was asked, in order: `GET /v2/…`. */
  readonly asked: string[];
  /** What `Authorization` came along where it sends blobs to. */
  readonly strangerSaw: (string | undefined)[];
}

interface Ways {
  /** Who may have a token; without it anybody. */
  readonly login?: string;
  /** Answers instead of the registry. */
  readonly instead?: (asked: string, answer: ServerResponse) => boolean;
}

/** A registry as those in the world are, before a real one: it wants a token, and sends whoever reads a blob elsewhere. */
export async function registryBefore(
  behind: Registry,
  { login, instead }: Ways = {},
): Promise<RegistryBefore> {
  const asked: string[] = [];
  const strangerSaw: (string | undefined)[] = [];
  const stranger = await listening((question, answer) => {
    strangerSaw.push(question.headers.authorization);
    pass(question, answer, behind);
  });
  const server = await listening((question, answer) => {
    const { pathname, searchParams } = new URL(question.url!, 'http://here');
    const said = `${question.method} ${question.url}`;
    asked.push(said);
    const { authorization } = question.headers;
    if (instead?.(said, answer)) return;
    if (pathname === '/token') {
      const isWelcome =
        login === undefined || authorization === `Basic ${Buffer.from(login).toString('base64')}`;
      const token = `for ${searchParams.get('service')} ${searchParams.get('scope')}`.replaceAll(' ', '-');
      answer.writeHead(isWelcome ? 200 : 401).end(JSON.stringify({ token }));
      return;
    }
    const repository = /^\/v2\/(.+)\/(manifests|blobs)\//.exec(pathname)?.[1];
    const scope = `repository:${repository}:pull`;
    if (authorization !== `Bearer for-tests-${scope}`) {
      const challenge = `Bearer realm="http://${address(server)}/token",service="tests",scope="${scope}"`;
      answer.writeHead(401, { 'www-authenticate': challenge }).end();
    } else if (pathname.includes('/blobs/')) {
      answer.writeHead(307, { location: `http://${address(stranger)}${pathname}` }).end();
    } else pass(question, answer, behind);
  });
  return {
    address: address(server),
    asked,
    strangerSaw,
    [Symbol.asyncDispose]: async () => {
      for (const one of [server, stranger]) {
        one.closeAllConnections();
        await new Promise((resolve) => one.close(resolve));
      }
    },
  };
}

async function listening(listener: (question: IncomingMessage, answer: ServerResponse) => void) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function address(server: Awaited<ReturnType<typeof listening>>): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pass(
  question: IncomingMessage,
  answer: ServerResponse,
  { address: host, username, password }: Registry,
) {
  const { accept } = question.headers;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  request(
    new URL(question.url!, `http://${host}`),
    { method: question.method, headers: { authorization, ...(accept && { accept }) } },
    (told) => told.pipe(answer.writeHead(told.statusCode!, told.headers)),
  ).end();
}
