import { request, type RequestOptions } from 'node:http';

/**
 * One plain HTTP call to a container engine at a `DOCKER_HOST`: `unix:///path` or `tcp://host:port`. A body that is a Buffer is sent as a
 * tar, any other as JSON. Rejects when nobody answers within 30 s, or with `signal`.
 */
export function askEngine(
  dockerHost: string,
  method: string,
  path: string,
  body?: Buffer | object,
  signal?: AbortSignal,
): Promise<{ status: number; text: string }> {
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  return new Promise((resolve, reject) => {
    const call = request({
      ...addressOf(dockerHost),
      method,
      path,
      timeout: 30_000,
      headers: body ? { 'content-type': type } : {},
      ...(signal && { signal }),
    });
    call.on('timeout', () => call.destroy(new Error('the engine does not answer')));
    call.on('error', reject);
    call.on('response', (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      );
      answer.on('error', reject);
    });
    call.end(Buffer.isBuffer(body) || !body ? body : JSON.stringify(body));
  });
}

/** Where to connect to for a `DOCKER_HOST`. */
export function addressOf(dockerHost: string): RequestOptions {
  const url = new URL(dockerHost);
  return url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
}
