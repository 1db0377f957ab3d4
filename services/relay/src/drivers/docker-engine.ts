import { inspect } from 'node:util';
import type Docker from 'dockerode';

// An ES import reads every name `node:http` has, WebSocket among them, and so loads Node's fetch: 12 MiB.
const { Agent, get } = process.getBuiltinModule('node:http');

/** Where an engine is: `unix:///path` or `tcp://host:port`, taken apart for `node:http` and for dockerode alike. */
function engineAddress(dockerHost: string): { socketPath?: string; host?: string; port?: string } {
  const url = new URL(dockerHost);
  return url.protocol === 'unix:'
    ? { socketPath: url.pathname }
    : { host: url.hostname, port: url.port || '2375' };
}

/** A client for that engine. dockerode is only loaded now: a relay that runs no containers need not carry it. */
export async function engineClient(dockerHost: string): Promise<Docker> {
  const { default: Client } = await import('dockerode');
  // A connection for each call: one that is kept breaks when the engine restarts, and what was asked on it is then in doubt.
  // Of each call docker-modem makes a text for its debug log, read or not, of all that hangs on the agent: with eight under way that was 5 ms of CPU a call.
  const agent = Object.assign(new Agent({ keepAlive: false }), { [inspect.custom]: () => 'an agent' });
  // What is not said here, dockerode would take from the environment.
  return new Client({
    protocol: 'http',
    host: '',
    ...engineAddress(dockerHost),
    agent,
  } as Docker.DockerOptions);
}

/** Whether an engine answers there within two seconds. */
export async function engineAnswers(dockerHost: string): Promise<true | { why: string }> {
  const answer = await asked(dockerHost, '/_ping');
  return 'text' in answer || { why: `no container engine answers at ${dockerHost}: ${answer.why}` };
}

/** What an engine runs by itself, like `linux/arm64`; undefined where it does not tell. */
export async function enginePlatform(dockerHost: string): Promise<string | undefined> {
  const answer = await asked(dockerHost, '/version');
  if (!('text' in answer)) return undefined;
  const [, os] = /"Os":\s*"([a-z0-9]+)"/.exec(answer.text) ?? [];
  const [, architecture] = /"Arch":\s*"([a-z0-9]+)"/.exec(answer.text) ?? [];
  return os !== undefined && architecture !== undefined ? `${os}/${architecture}` : undefined;
}

/** What it answers within two seconds, or why it does not. */
function asked(dockerHost: string, path: string): Promise<{ text: string } | { why: string }> {
  return new Promise((resolve) => {
    const call = get({ ...engineAddress(dockerHost), path, agent: false, timeout: 2000 });
    call.on('timeout', () => call.destroy(new Error('no answer within 2 s')));
    call.on('error', (error) => resolve({ why: error.message }));
    call.on('response', (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', (error) => resolve({ why: error.message }));
      answer.on('end', () =>
        resolve(
          answer.statusCode === 200
            ? { text: Buffer.concat(parts).toString() }
            : { why: `status ${answer.statusCode}` },
        ),
      );
    });
  });
}
