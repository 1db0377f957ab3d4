// A way into the cluster's network from outside: what comes on the Unix socket goes to an address in there.
import { connect, createServer } from 'node:net';

const [path, host, port] = process.argv.slice(2);
createServer((near) => {
  const far = connect(Number(port), host);
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
}).listen(path);
