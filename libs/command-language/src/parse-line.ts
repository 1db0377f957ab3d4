import { refusal, type Refusal } from '@chasqui/contracts';
import type { CommandLine, Redirect, Stage, Word } from './command-line.js';
import { lex, type Token } from './lex.js';
import { syntaxFault } from './syntax-fault.js';

/**
 * Reads a line as a POSIX shell reads words (POSIX.1-2024, Shell Command Language, 2.2 Quoting), with pipes and redirects to
 * rooms and people. Nothing is expanded: `$x`, `*` and `~` are themselves. A blank line is an `empty-line` refusal, any other
 * fault a `bad-syntax` one with `SyntaxFacts`.
 */
export function parseLine(text: string): CommandLine | Refusal {
  const tokens = lex(text);
  if ('kind' in tokens) return tokens;
  if (tokens.length === 0) return refusal('empty-line');

  const stages: Stage[] = [];
  const redirects: Redirect[] = [];
  let words: Word[] = [];

  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (token.kind === 'word') {
      words.push(token.word);
    } else if (token.kind === 'pipe') {
      if (words.length === 0) return syntaxFault('empty-stage', token.start, 'a command', 1);
      const early = redirects[0];
      if (early) {
        return syntaxFault(
          'redirect-before-pipe',
          early.start,
          'the redirect behind the last command',
          early.end - early.start,
        );
      }
      stages.push(stageOf(words));
      words = [];
    } else {
      const redirect = readRedirect(token, tokens[++at]);
      if (redirect.kind === 'refusal') return redirect;
      redirects.push(redirect);
    }
  }
  if (words.length === 0) return syntaxFault('empty-stage', redirects[0]?.start ?? text.length, 'a command');
  stages.push(stageOf(words));
  return { text, stages, redirects };
}

function stageOf(words: readonly Word[]): Stage {
  return { words, start: words[0]!.start, end: words.at(-1)!.end };
}

const targets = '#room, @person, me or here';

function readRedirect(sign: Token, target: Token | undefined): Redirect | Refusal {
  if (target?.kind !== 'word') return syntaxFault('missing-redirect-target', sign.start, targets, 1);
  const { text, start, end } = target.word;
  const place = { start: sign.start, end };
  if (text === 'me' || text === 'here') return { kind: text, ...place };
  if (text.length > 1 && text.startsWith('#')) return { kind: 'room', name: text.slice(1), ...place };
  if (text.length > 1 && text.startsWith('@')) return { kind: 'person', name: text.slice(1), ...place };
  return syntaxFault('bad-redirect-target', start, targets, end - start);
}
