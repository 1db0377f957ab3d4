import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactoryArgs } from 'kafkajs';

const keepAliveMs = 60_000;
/** A broker says first how long its answer is. */
const sizeBytes = 4;

/**
 * A connection over which kafkajs gets only whole answers of a broker. It keeps what it has of one when its connection breaks in the midst, and takes
 * what comes over the next connection for the rest: it then waits in vain for an answer of a size that nobody said, or throws where nobody can catch it.
 */
export function wholeAnswers({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
  const socket = ssl
    ? connectTls({ host, port, ...(!isIP(host) && { servername: host }), ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  socket.setKeepAlive(true, keepAliveMs);
  const whole = answersIn();
  const emit = socket.emit.bind(socket) as (event: string, ...facts: unknown[]) => boolean;
  socket.emit = ((event: string, ...facts: unknown[]) => {
    if (event !== 'data') return emit(event, ...facts);
    const answers = whole(facts[0] as Buffer);
    return answers ? emit('data', answers) : true;
  }) as typeof socket.emit;
  return socket;
}

/** Takes what comes of a stream of answers; gives those that are whole by then, in one piece. */
export function answersIn(): (bytes: Buffer) => Buffer | undefined {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let needed = sizeBytes;
  return (bytes) => {
    held.push(bytes);
    heldBytes += bytes.length;
    if (heldBytes < needed) return undefined;
    const all = held.length === 1 ? bytes : Buffer.concat(held);
    let end = 0;
    needed = sizeBytes;
    while (all.length - end >= sizeBytes) {
      needed = sizeBytes + all.readInt32BE(end);
      if (all.length - end < needed) break;
      end += needed;
      needed = sizeBytes;
    }
    const rest = all.subarray(end);
    held = rest.length > 0 ? [rest] : [];
    heldBytes = rest.length;
    return end > 0 ? all.subarray(0, end) : undefined;
  };
}
