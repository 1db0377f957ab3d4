import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { exitCodes, Stop } from '../stop.js';

/** Asks for a line in the terminal and shows nothing of what is typed. @throws Stop where it is broken off with Ctrl-C or Ctrl-D */
export async function askHidden(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now does the terminal show nothing of what is typed.
  process.stderr.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new Stop('', exitCodes.interrupted)));
      lines.once('close', () => reject(new Stop('nothing was typed', exitCodes.usage)));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
