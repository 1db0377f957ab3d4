// An adapter as a process of its own. Its chat is whoever listens on CHAT_PORT: that says what people say, and is told what to show, in lines of JSON.
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { credentialOf, joinChat, type Chat } from '@chasqui/chat';
import { connectKafka } from '@chasqui/transport';
import type { FromAdapter, ToAdapter } from './room.fixture.js';

const env = process.env as Record<string, string>;
const line = (name: string) => (facts: object, said: string) =>
  console.log(JSON.stringify({ name, ...facts, msg: said }));
const log = { info: line('info'), warn: line('warn'), error: line('error') };

const credential = await credentialOf(env['CHASQUI_ADAPTER_TOKEN']!);
const transport = await connectKafka({
  brokers: env['KAFKA_BROKERS']!.split(','),
  clientId: 'chasqui-adapter-chat',
  log,
});
const socket = connect(Number(env['CHAT_PORT']), '127.0.0.1');
const tell = (message: FromAdapter) => void socket.write(`${JSON.stringify(message)}\n`);
const showing = new Map<number, () => void>();
let shown = 0;

const chat: Chat = {
  name: credential.name,
  listen: (hear, signal) =>
    new Promise((resolve) => {
      createInterface({ input: socket }).on('line', (text) => {
        const heard = JSON.parse(text) as ToAdapter;
        if (heard.kind === 'shown') showing.get(heard.number)?.();
        else
          hear(heard.message).then(
            () => tell({ kind: 'said', id: heard.message.id }),
            // It is told again: a provider does so where nobody acknowledged an event.
            () => tell({ kind: 'unsaid', id: heard.message.id }),
          );
      });
      signal.addEventListener('abort', () => resolve());
      tell({ kind: 'listening' });
      log.info({}, 'listening');
    }),
  post: (reply) =>
    new Promise((resolve) => {
      const number = ++shown;
      showing.set(number, () => resolve(void showing.delete(number)));
      tell({ kind: 'show', number, reply });
    }),
};

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort());
await joinChat(chat, transport, { credential }, stopping.signal);
await transport.close();
process.exit();
