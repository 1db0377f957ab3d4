import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be shut: what was connected through it is cut, and nobody gets through until it is open again. */
export interface Door {
  /** The server's URL, by way of the door. */
  readonly url: string;
  shut(): Promise<void>;
  open(): Promise<void>;
}

/** A door before the server of that URL, on loopback; open at first. Whoever made it shuts it in the end. */
export async function doorTo(url: string): Promise<Door> {
  const behind = new URL(url);
  const passing = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(behind.port), behind.hostname);
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      passing.add(one);
      // How one side ends, well or not, is how the other does.
      one.on('error', () => undefined).on('close', () => passing.delete(one) && other.destroy());
    }
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  const front = new URL(url);
  front.host = `127.0.0.1:${port}`;
  return {
    url: front.href,
    shut: async () => {
      const closed = server.listening && once(server, 'close');
      server.close();
      for (const socket of passing) socket.destroy();
      await closed;
    },
    open: async () => void (await listen(port)),
  };
}
