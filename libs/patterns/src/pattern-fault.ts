import { RE2JS } from 're2js';

const longest = 1000;

/**
 * Why a text is no pattern, or undefined. Patterns of people and of bundle authors run in RE2 (its syntax, no look-around, no back
 * references), whose time is linear in the text: none can hang whoever runs it.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > longest) return `at most ${longest} characters`;
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message.replace('error parsing regexp: ', '') : String(thrown);
  }
}
