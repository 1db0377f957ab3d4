// Makes the secrets of the Compose stack: once. What is there already stays, so it can run at every start.
//
//   node deploy/docker/make-secrets.mjs DIRECTORY [RELAY=TAG,TAG …] [adapter:NAME …]
//
// Each reader gets a folder of its own, so that nobody sees more than he needs:
//   DIRECTORY/postgres/password
//   DIRECTORY/migrate/postgres-password     the same: of the role that owns the tables
//   DIRECTORY/api/database-password  secret-key  bootstrap-token  enrol-relays
//   DIRECTORY/api/enrol-adapters
//   DIRECTORY/api/admin/                the first administrator's token comes here, by `chasqui bootstrap --save`
//   DIRECTORY/RELAY/token
//   DIRECTORY/adapter-NAME/token
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The user `node` of our images, who reads these files; PostgreSQL's image reads its one as root. */
const reader = 1000;

const [directory, ...others] = process.argv.slice(2);
const adapters = others
  .filter((one) => one.startsWith('adapter:'))
  .map((one) => one.slice('adapter:'.length));
const relays = others.filter((one) => !one.startsWith('adapter:'));
if (
  !directory ||
  relays.some((relay) => !/^[a-z0-9-]+=\S+$/.test(relay)) ||
  adapters.some((adapter) => !/^[a-z0-9-]+$/.test(adapter))
) {
  console.error(
    'Write: node make-secrets.mjs DIRECTORY [RELAY=TAG,TAG …] [adapter:NAME …]   for example: /secrets fra-1=dc=fra,gpu adapter:slack',
  );
  process.exit(64);
}

const random = () => randomBytes(32).toString('base64url');

const password = secret('postgres/password', random);
secret('migrate/postgres-password', () => password);
secret('api/database-password', random);
// The API had the owner's once, and is to have it no more.
rmSync(join(directory, 'api/postgres-password'), { force: true });
secret('api/secret-key', random);
secret('api/bootstrap-token', () => `chq_${random()}`);
const enrolled = relays.map((relay) => {
  const name = relay.slice(0, relay.indexOf('='));
  const token = secret(`${name}/token`, () => `chq-relay.${name}.${random()}`);
  return `${token} ${relay.slice(name.length + 1)}\n`;
});
const joined = adapters.map(
  (name) => `${secret(`adapter-${name}/token`, () => `chq-adapter.${name}.${random()}`)}\n`,
);
// No secrets of their own but lists of some: written anew, so that a relay added to the Compose file is enrolled.
write('api/enrol-relays', enrolled.join(''));
write('api/enrol-adapters', joined.join(''));

folder('api/admin');

/** The secret in that file, made first if there is none. */
function secret(path, make) {
  if (existsSync(join(directory, path))) return readFileSync(join(directory, path), 'utf8').trim();
  const text = make();
  write(path, text);
  console.log(`made ${path}`);
  return text;
}

/** A folder in which their reader may write. */
function folder(path) {
  mkdirSync(join(directory, path), { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) chownSync(join(directory, path), reader, reader);
}

function write(path, text) {
  const file = join(directory, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  if (process.getuid?.() === 0) chownSync(file, reader, reader);
}
