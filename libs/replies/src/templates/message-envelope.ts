import type { Rendered } from '../rendered.js';
import { endTitle } from '../wording/template-titles.js';
import type { Envelope, EnvelopeRequest } from './envelope.js';

/** The envelope of something that Chasqui itself says: its words stand where a command's output would. */
export function messageEnvelope(request: Partial<EnvelopeRequest>, said: Rendered): Envelope {
  const title = endTitle(said.mark);
  const lines = said.text === '' ? [] : said.text.split('\n');
  return {
    request: { ...nothingKnown, ...request },
    response: {
      ...(title !== undefined && { title }),
      all: said.text,
      lines,
      out: said.text,
      records: lines.map((text) => ({ text })),
      ...(lines[0] !== undefined && { record: { text: lines[0] } }),
      structured: false,
    },
    ...(title !== undefined && { error: said.text }),
    data: {},
    payload: said.text,
  };
}

const nothingKnown: EnvelopeRequest = {
  adapter: '',
  room: { id: '' },
  user: { id: '', username: '', email: '' },
  runId: '',
  line: '',
  at: '',
  bundle: { name: '', version: '' },
  command: { name: '' },
  options: {},
  arguments: [],
};
