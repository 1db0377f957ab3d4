import { createInterface } from 'node:readline';
import { exitCodes, Stop } from '../stop.js';

/** Asks for a line, on standard error so that the answer of the command stays alone. @throws Stop where nothing is typed, or it is broken off */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('SIGINT', () => reject(new Stop('', exitCodes.interrupted)));
      lines.once('close', () => reject(new Stop('nothing was typed', exitCodes.usage)));
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
  }
}
