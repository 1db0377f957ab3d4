import { request } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressOf, askEngine } from './ask-engine.js';

export interface ContainerOptions {
  readonly image: string;
  /** Instead of the image's own command, as after `docker run IMAGE`. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Published on loopback under the same number, so that what is told to the outside is true inside as well. */
  readonly port: number;
  /** What listens inside. Default: `port`. */
  readonly innerPort?: number;
  /** What stands in its output once it is ready. */
  readonly ready: RegExp;
}

export interface Container {
  readonly id: string;
  /** Ends and removes it, with its data. */
  stop(): Promise<void>;
}

const startWithinMs = 60_000;

/**
 * A server in a container, ready when this resolves. It dies with us: its first process waits on its standard input, which is a
 * connection that we hold, and what it started ends with it. Throws with the reason in one line where it cannot be had.
 */
export async function startContainer(dockerHost: string, options: ContainerOptions): Promise<Container> {
  const { Entrypoint, Cmd } = await configOf(dockerHost, options.image);
  const program = [...(Entrypoint ?? []), ...(options.command ?? Cmd ?? [])];
  const inside = `${options.innerPort ?? options.port}/tcp`;
  const { Id: id } = await ask<{ Id: string }>(dockerHost, 'POST', '/containers/create', {
    Image: options.image,
    Entrypoint: ['sh', '-c', untilInputEnds, 'sh'],
    Cmd: program,
    Env: Object.entries(options.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: { 'chasqui.testbed': String(process.pid) },
    ExposedPorts: { [inside]: {} },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      PortBindings: { [inside]: [{ HostIp: '127.0.0.1', HostPort: String(options.port) }] },
    },
  });
  const stop = () => remove(dockerHost, id);
  try {
    const held = await attach(dockerHost, id);
    await ask(dockerHost, 'POST', `/containers/${id}/start`);
    await says(held, options.ready);
    await reach(options.port);
    return { id, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes sure that the engine has the image; pulls it where it has not, which it may take `withinMs` for. Throws with the reason. */
export async function havePulled(
  dockerHost: string,
  image: string,
  withinMs: number,
  say: (line: string) => void,
): Promise<void> {
  if ((await askEngine(dockerHost, 'GET', `/images/${image}/json`)).status === 200) return;
  const [name, tag] = image.split(/:(?=[^:/]*$)/);
  const query = new URLSearchParams({ fromImage: name!, tag: tag ?? 'latest' });
  say(`pulling ${image} (once)`);
  const outOfTime = AbortSignal.timeout(withinMs);
  try {
    const { status, text } = await askEngine(
      dockerHost,
      'POST',
      `/images/create?${query.toString()}`,
      undefined,
      outOfTime,
    );
    // What goes wrong once it has begun is told within the progress, whose status is 200.
    const said = text.split('\n').filter(Boolean).map(faultIn);
    const fault = said.find((one) => one !== undefined);
    if (status !== 200 || fault) throw new Error(oneLine(fault ?? text));
  } catch (error) {
    const reason = outOfTime.aborted ? `not within ${withinMs / 1000} s` : (error as Error).message;
    throw new Error(`${image} cannot be pulled: ${reason}`, { cause: error });
  }
}

/** Runs its arguments until they end or nobody holds our input any more; whatever is left then ends with this process. */
const untilInputEnds = [
  // Some shells say on standard error whom they killed; that is for the server's own words.
  'exec 3<&0 4>&2 2>/dev/null',
  'cat <&3 >/dev/null & held=$!',
  '("$@" </dev/null 2>&4; kill $held) 3<&- &',
  'wait $held',
].join('\n');

/** In the engine's refusals as in its progress. */
function faultIn(json: string): string | undefined {
  const { error, message } = JSON.parse(json) as { error?: string; message?: string };
  return error ?? message;
}

async function configOf(dockerHost: string, image: string) {
  const about = await ask<{ Config: { Entrypoint?: string[]; Cmd?: string[] } }>(
    dockerHost,
    'GET',
    `/images/${image}/json`,
  );
  return about.Config;
}

async function ask<T = unknown>(dockerHost: string, method: string, path: string, body?: object): Promise<T> {
  const { status, text } = await askEngine(dockerHost, method, path, body);
  const answer = (text ? JSON.parse(text) : {}) as T;
  if (status >= 300) throw new Error(oneLine((answer as { message?: string }).message ?? text));
  return answer;
}

/** Our end of its standard input and output. */
function attach(dockerHost: string, id: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const call = request({
      ...addressOf(dockerHost),
      method: 'POST',
      path: `/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`,
      headers: { connection: 'Upgrade', upgrade: 'tcp' },
    });
    call.on('error', reject);
    call.on('response', ({ statusCode }) =>
      reject(new Error(`the engine does not let us attach (${statusCode})`)),
    );
    call.on('upgrade', (_answer, socket) => {
      socket.on('error', () => undefined);
      resolve(socket);
    });
    call.end();
  });
}

/** Until it has said that. What it says later is read and dropped, so that it is never held up. */
function says(held: Duplex, ready: RegExp): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    const last = () => oneLine(said.slice(-300)) || 'without a word';
    const late = setTimeout(
      () => reject(new Error(`not ready within ${startWithinMs / 1000} s: ${last()}`)),
      startWithinMs,
    );
    held.once('close', () => {
      clearTimeout(late);
      reject(new Error(`it ended: ${last()}`));
    });
    held.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-20_000);
      if (!ready.test(said)) return;
      clearTimeout(late);
      held.removeAllListeners('data').resume();
      (held as Duplex & { unref(): void }).unref();
      resolve();
    });
  });
}

/** An engine may run where its ports are not ours: on another machine, or in another network namespace. */
function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', () => reject(new Error('what it publishes cannot be reached from here')));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** Away for good when this resolves, or the engine was asked to and is. */
async function remove(dockerHost: string, id: string): Promise<void> {
  await askEngine(dockerHost, 'DELETE', `/containers/${id}?force=1&v=1`).catch(() => undefined);
  await askEngine(dockerHost, 'POST', `/containers/${id}/wait?condition=removed`).catch(() => undefined);
}

/** Without line ends, and without the engine's marks of which output it was. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\x01\x02]\0{3}[^]{4}|[\x00-\x1f]+|\\n/g, ' ').trim();
}
