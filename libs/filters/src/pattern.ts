import { RE2JS } from 're2js';

/** Whether a text matches somewhere. People type patterns and commands print texts, so they run in RE2, whose time is linear in the text. */
export function patternTest(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.test(text);
}

/** Why a pattern is none, or `undefined`. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > longest) return `at most ${longest} characters`;
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace('error parsing regexp: ', '') : String(error);
  }
}

const longest = 1000;
