import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What a registry answered. */
export interface RegistryAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** It could not be asked; `message` says why. */
export class RegistryAway extends Error {}

/** The most that the OCI distribution specification has a registry keep as one manifest; an image's configuration is smaller still. */
const mostBytes = 4 * 1024 ** 2;

/** Asks once, and follows nothing. Throws `RegistryAway` where no answer comes, or too large a one. */
export async function askRegistry(
  url: URL,
  method: 'GET' | 'HEAD',
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<RegistryAnswer> {
  // An ES import would load Node's fetch with it: 12 MiB.
  const { request } = process.getBuiltinModule(url.protocol === 'http:' ? 'node:http' : 'node:https');
  try {
    // Registries are asked seldom: a connection that is kept would only be found broken.
    const asking = request(url, { method, headers, signal, agent: false });
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      asking.on('response', resolve).on('error', reject).end(),
    );
    return { status: answer.statusCode!, headers: answer.headers, body: await bodyOf(answer) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const late = (signal.reason as Error | undefined)?.name === 'TimeoutError';
    throw new RegistryAway(
      `${url.host} ${late ? 'does not answer in time' : `cannot be asked: ${code ?? message}`}`,
      { cause: error },
    );
  }
}

async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Error('it answers with more than an image is described by');
    read.push(part);
  }
  return Buffer.concat(read);
}
