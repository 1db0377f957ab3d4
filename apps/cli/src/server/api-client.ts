import type { IncomingMessage } from 'node:http';
import type { Config } from '../config.js';
import { exitCodes, Stop } from '../stop.js';
import { version } from '../version.js';
import { ServerError } from './server-error.js';
import { readEvents, type ServerEvent } from './read-events.js';

/** How long an answer may take, in milliseconds. Event streams have no end of their own. */
const patience = 60_000;

export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  put<T>(path: string, body?: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  remove(path: string): Promise<void>;
  /** A long answer as it comes. */
  bytes(path: string, signal: AbortSignal): AsyncIterable<Buffer>;
  /** Server-Sent Events, until the stream ends or breaks, or the signal says so. */
  events(path: string, signal: AbortSignal): AsyncIterable<ServerEvent>;
}

/**
 * Speaks JSON with the API over `node:http` (`fetch` alone would double the time that `chasqui` takes to start). Throws `ServerError`
 * where the server says no, and `Stop` where there is none.
 */
export function apiClient(config: Config): ApiClient {
  const json = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await send(config, method, path, body, AbortSignal.timeout(patience));
    return (await readJson(answer)) as T;
  };
  return {
    get: (path) => json('GET', path),
    post: (path, body) => json('POST', path, body),
    put: (path, body) => json('PUT', path, body),
    patch: (path, body) => json('PATCH', path, body),
    remove: (path) => json('DELETE', path),
    async *bytes(path, signal) {
      const answer = await send(config, 'GET', path, undefined, signal);
      try {
        for await (const part of answer) yield part as Buffer;
      } catch {
        throw new Stop('the server broke off in the middle of its answer', exitCodes.unreachable);
      }
    },
    async *events(path, signal) {
      yield* readEvents(await send(config, 'GET', path, undefined, signal));
    },
  };
}

/** A path with each value encoded: path`/users/${name}`. */
export function path(parts: TemplateStringsArray, ...values: string[]): string {
  return String.raw({ raw: parts }, ...values.map(encodeURIComponent));
}

async function send(
  config: Config,
  method: string,
  where: string,
  body: object | undefined,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(config.url.pathname.replace(/\/$/, '') + where, config.url);
  // Importing `node:http` would load the WebSocket and fetch that it also exports, and take 20 ms for it.
  const { request } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    accept: 'application/json, text/event-stream',
    'user-agent': `chasqui-cli/${version}`,
    ...(config.token && { authorization: `Bearer ${config.token}` }),
    ...(text !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    }),
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { method, headers, signal, agent: false, ...(config.ca && { ca: config.ca }) }, resolve)
      .on('error', (failed) => reject(unreachable(failed, config)))
      .end(text);
  });
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) return answer;
  throw new ServerError(status, await readJson(answer).catch(() => undefined));
}

async function readJson(answer: IncomingMessage): Promise<unknown> {
  const text = await readText(answer);
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Stop('the server answered something that is no JSON; is this the URL of a Chasqui server?');
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8');
  let text = '';
  try {
    for await (const part of answer) text += part as string;
    return text;
  } catch {
    throw new Stop(
      'the server broke off in the middle of its answer; what you asked for may have been done',
      exitCodes.unreachable,
    );
  }
}

function unreachable(failed: NodeJS.ErrnoException, { url }: Config): Stop {
  const untrusted = whyUntrusted(failed);
  if (untrusted) return new Stop(`${url.origin} is not trusted: ${untrusted}`, exitCodes.unreachable);
  const why =
    failed.name === 'AbortError' || failed.name === 'TimeoutError'
      ? 'no answer within a minute'
      : (failed.code ?? failed.message);
  const say = `no Chasqui server answers at ${url.origin} (${why}); start one with \`npm start\`, or say where it is with --url or CHASQUI_URL`;
  return new Stop(say, exitCodes.unreachable);
}

/** What is wrong with a server's certificate, if that is what is wrong. */
function whyUntrusted({ code = '', message }: NodeJS.ErrnoException): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'its certificate is for another host; use a name that it has';
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `its certificate is not valid now (${code})`;
  if (/SELF_SIGNED|UNABLE_TO_|CERT_UNTRUSTED|ISSUER/.test(code))
    return `no authority that is trusted here vouches for its certificate (${code}); name the authority's certificate with --ca FILE`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_'))
    return `it does not speak TLS as it should (${/wrong version|packet length/i.test(message) ? 'it may be plain HTTP' : code})`;
  return undefined;
}
