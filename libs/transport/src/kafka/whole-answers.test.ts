import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { answersIn, wholeAnswers } from './whole-answers.js';

const answer = (text: string) => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(text.length);
  return Buffer.concat([size, Buffer.from(text)]);
};

it.each([1, 2, 3, 5, 7, 100])('gives whole answers, in their order, of pieces of %i bytes', (piece) => {
  const answers = ['one', '', 'a longer one', 'x'.repeat(50), 'the last'].map(answer);
  const stream = Buffer.concat([...answers, answer('half').subarray(0, 6)]);
  const whole = answersIn();
  const ends = new Set(answers.map((_, at) => Buffer.concat(answers.slice(0, at + 1)).length));
  let given = 0;
  for (let at = 0; at < stream.length; at += piece) {
    given += whole(stream.subarray(at, at + piece))?.length ?? 0;
    expect(given === 0 || ends.has(given)).toBe(true);
  }
  expect(given).toBe(Buffer.concat(answers).length);
});

it('gives nothing of an answer in the midst of which the connection ends', async () => {
  const server = createServer((near) =>
    near.end(Buffer.concat([answer('whole'), answer('half').subarray(0, 6)])),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let connected = false;
  const socket = wholeAnswers({
    host: '127.0.0.1',
    port,
    ssl: undefined as never,
    onConnect: () => (connected = true),
  });
  const got: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => got.push(bytes));
  await once(socket, 'end');
  expect(connected).toBe(true);
  expect(Buffer.concat(got)).toEqual(answer('whole'));
  socket.destroy();
  server.close();
});
