import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { freshDatabase } from './postgres.js';
import { kafkaImage, postgresImage } from './servers-in-docker.js';
import { whenKafka, whenPostgres } from './when.js';

whenKafka('the Kafka that tests use', (brokers) => {
  it('answers', async () => {
    const [host, port] = brokers[0]!.split(':');
    const socket = connect(Number(port), host);
    // ApiVersions 0, with 7 to know its answer by, from a client without a name.
    socket.write(Buffer.from('0000000a00120000' + '00000007' + 'ffff', 'hex'));
    const [answer] = (await Array.fromAsync(socket.take(1))) as [Buffer];
    socket.destroy();
    expect(answer.readInt32BE(4)).toBe(7);
  });
});

whenPostgres('the PostgreSQL that tests use', (serverUrl) => {
  it('makes databases', async () => {
    const database = await freshDatabase(serverUrl);
    expect(new URL(database.url).pathname).toMatch(/^\/test_/);
    await database.drop();
  });
});

it('would use the images of docker-compose.yml', () => {
  const compose = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
  const images = [...compose.matchAll(/image: (.*)/g)].map(([, image]) => image);
  expect(images).toEqual(expect.arrayContaining([kafkaImage, postgresImage]));
});
