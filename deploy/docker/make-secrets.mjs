// Makes the secrets of the Compose stack: once. What is there already stays, so it can run at every start.
//
//   node deploy/docker/make-secrets.mjs DIRECTORY [RELAY=TAG,TAG …]
//
// Each reader gets a folder of its own, so that nobody sees more than he needs:
//   DIRECTORY/postgres/password
//   DIRECTORY/api/postgres-password  secret-key  bootstrap-token  enrol-relays
//   DIRECTORY/RELAY/token
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The user `node` of our images, who reads these files; PostgreSQL's image reads its one as root. */
const reader = 1000;

const [directory, ...relays] = process.argv.slice(2);
if (!directory || relays.some((relay) => !/^[a-z0-9-]+=\S+$/.test(relay))) {
  console.error(
    'Write: node make-secrets.mjs DIRECTORY [RELAY=TAG,TAG …]   for example: /secrets fra-1=dc=fra,gpu',
  );
  process.exit(64);
}

const random = () => randomBytes(32).toString('base64url');

const password = secret('postgres/password', random);
secret('api/postgres-password', () => password);
secret('api/secret-key', random);
secret('api/bootstrap-token', () => `chq_${random()}`);
const enrolled = relays.map((relay) => {
  const name = relay.slice(0, relay.indexOf('='));
  const token = secret(`${name}/token`, () => `chq-relay.${name}.${random()}`);
  return `${token} ${relay.slice(name.length + 1)}\n`;
});
// Not a secret of its own but a list of some: written anew, so that a relay added to the Compose file is enrolled.
write('api/enrol-relays', enrolled.join(''));

/** The secret in that file, made first if there is none. */
function secret(path, make) {
  if (existsSync(join(directory, path))) return readFileSync(join(directory, path), 'utf8').trim();
  const text = make();
  write(path, text);
  console.log(`made ${path}`);
  return text;
}

function write(path, text) {
  const file = join(directory, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  if (process.getuid?.() === 0) chownSync(file, reader, reader);
}
