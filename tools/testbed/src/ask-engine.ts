import { request } from 'node:http';

/** One plain HTTP call to a container engine at a `DOCKER_HOST`: `unix:///path` or `tcp://host:port`. Rejects when nobody answers within 30 s. */
export function askEngine(
  dockerHost: string,
  method: string,
  path: string,
  body?: Buffer,
): Promise<{ status: number; text: string }> {
  const url = new URL(dockerHost);
  const where =
    url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
  return new Promise((resolve, reject) => {
    const call = request({
      ...where,
      method,
      path,
      timeout: 30_000,
      headers: body ? { 'content-type': 'application/x-tar' } : {},
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
    call.end(body);
  });
}
