import type { IncomingMessage } from 'node:http';

/** One Server-Sent Event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Reads an event stream (WHATWG HTML, "Server-sent events"). A connection that breaks ends it; whether all was said shows in the events. */
export async function* readEvents(answer: IncomingMessage): AsyncGenerator<ServerEvent> {
  let event = 'message';
  let data: string[] = [];
  for await (const line of lines(answer)) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') };
      [event, data] = ['message', []];
      continue;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') event = value!;
    if (field === 'data') data.push(value!);
  }
}

async function* lines(answer: IncomingMessage): AsyncGenerator<string> {
  answer.setEncoding('utf8');
  let rest = '';
  try {
    for await (const part of answer) {
      const pieces = (rest + (part as string)).split('\n');
      rest = pieces.pop()!;
      for (const piece of pieces) yield piece.replace(/\r$/, '');
    }
  } catch {
    // The connection broke; what came before stands.
  }
}
