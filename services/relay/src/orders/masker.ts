import type { OutputStream } from '../drivers/driver.js';
import type { Piece } from './pieces.js';

const mask = '***';
/** Shorter ones would hide half of what is printed, and are none. Characters. */
const shortest = 4;
/** Longer ones are looked for in parts of so many bytes, so that little has to be held back. */
const longestNeedle = 4096;

/**
 * Puts `***` where a secret that the command was given stands in what it prints, also where it comes in pieces. What may be the beginning of
 * one is held back until it is known, or the end. Found are the value itself, each line of several, and the value as it stands in JSON, in a URL and in
 * base64: a net for accidents, for whoever means to can print a secret so that nobody finds it.
 */
export class Masker {
  private readonly needles: readonly string[];
  private readonly any: RegExp | undefined;
  private readonly firsts: ReadonlySet<number>;
  private readonly longest: number;
  /** Bytes as characters (latin1), by stream. */
  private readonly held: Record<OutputStream, string> = { stdout: '', stderr: '' };

  constructor(secrets: readonly string[]) {
    this.needles = [...new Set(secrets.flatMap(formsOf).flatMap(partsOf))].toSorted(
      (a, b) => b.length - a.length,
    );
    this.any =
      this.needles.length > 0
        ? new RegExp(this.needles.map((needle) => RegExp.escape(needle)).join('|'), 'g')
        : undefined;
    this.firsts = new Set(this.needles.map((needle) => needle.charCodeAt(0)));
    this.longest = this.needles[0]?.length ?? 0;
  }

  /** What may go on of all that has come on this stream; it may be nothing. */
  write(stream: OutputStream, bytes: Buffer): Buffer {
    if (!this.any) return bytes;
    const { shown, rest } = this.hide(this.held[stream] + bytes.toString('latin1'), true);
    this.held[stream] = rest;
    return Buffer.from(shown, 'latin1');
  }

  /** Nothing more comes: what was held back. */
  end(): Piece[] {
    return (['stdout', 'stderr'] as const).flatMap((stream) => {
      const { shown } = this.hide(this.held[stream], false);
      this.held[stream] = '';
      return shown === '' ? [] : [{ stream, bytes: Buffer.from(shown, 'latin1') }];
    });
  }

  /** A text that is whole. */
  text(text: string): string {
    if (!this.any) return text;
    const { shown } = this.hide(Buffer.from(text).toString('latin1'), false);
    return Buffer.from(shown, 'latin1').toString();
  }

  /** @param more something may follow, and make a whole of what is only begun */
  private hide(text: string, more: boolean): { shown: string; rest: string } {
    if (!this.any || text === '') return { shown: text, rest: '' };
    let shown = '';
    let from = 0;
    for (const { 0: found, index } of text.matchAll(this.any)) {
      if (more && this.beginsLonger(text, index))
        return { shown: shown + text.slice(from, index), rest: text.slice(index) };
      shown += text.slice(from, index) + mask;
      from = index + found.length;
    }
    const until = more ? this.begun(text, from) : text.length;
    return { shown: shown + text.slice(from, until), rest: text.slice(until) };
  }

  /** Where the text ends with the beginning of a secret; its length if it does not. */
  private begun(text: string, from: number): number {
    for (let at = Math.max(from, text.length - this.longest + 1); at < text.length; at += 1) {
      if (this.firsts.has(text.charCodeAt(at)) && this.beginsLonger(text, at)) return at;
    }
    return text.length;
  }

  /** Whether all from here on is the beginning of a secret, and not yet the whole. */
  private beginsLonger(text: string, at: number): boolean {
    const length = text.length - at;
    if (length >= this.longest) return false;
    const tail = text.slice(at);
    return this.needles.some((needle) => needle.length > length && needle.startsWith(tail));
  }
}

/** How a secret may be printed by accident. */
function formsOf(secret: string): string[] {
  const value = secret.trim();
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const forms = [
    ...[value, ...lines].flatMap((text) => [text, JSON.stringify(text).slice(1, -1), inUrl(text)]),
    ...[value, `${value}\n`, secret].flatMap((text) => [base64(text, 'base64'), base64(text, 'base64url')]),
  ];
  return value.length < shortest ? [] : forms.filter((form) => form.length >= shortest);
}

function inUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function base64(text: string, encoding: 'base64' | 'base64url'): string {
  return Buffer.from(text).toString(encoding).replace(/=+$/, '');
}

/** As bytes, none longer than is looked for. */
function partsOf(text: string): string[] {
  const bytes = Buffer.from(text).toString('latin1');
  const parts = bytes.match(new RegExp(`[^]{1,${longestNeedle}}`, 'g')) ?? [];
  return parts.filter((part) => part.length >= shortest);
}
