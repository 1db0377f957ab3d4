import { refusal, type Refusal } from '@chasqui/contracts';
import type { CommandLine, Redirect, Stage, Word } from './command-line.js';
import { lex, type Token } from './lex.js';
import { syntaxFault, type SyntaxProblem } from './syntax-fault.js';

/** A line that somebody typed has not more; each of its stages is kept whole with the run. */
const mostStages = 50;
/** So many places hear of one line. */
const mostRedirects = 20;

/**
 * Reads a line as a POSIX shell reads words (POSIX.1-2024, Shell Command Language, 2.2 Quoting), with pipes and redirects to
 * rooms and people. Variables stand for fields of a record and are filled in later (`fill`); `*` and `~` are themselves. A blank line is an `empty-line` refusal, any other
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
      const stage = stageOf(words);
      if ('kind' in stage) return stage;
      stages.push(stage);
      if (stages.length === mostStages)
        return syntaxFault('too-many-stages', token.start, `at most ${mostStages} commands`, 1);
      words = [];
    } else {
      const redirect = readRedirect(token, tokens[++at], words);
      if (redirect.kind === 'refusal') return redirect;
      redirects.push(redirect);
      if (redirects.length > mostRedirects)
        return syntaxFault('too-many-redirects', redirect.start, `at most ${mostRedirects} places`, 1);
    }
  }
  if (words.length === 0) return syntaxFault('empty-stage', redirects[0]?.start ?? text.length, 'a command');
  const last = stageOf(words);
  if ('kind' in last) return last;
  return { text, stages: [...stages, last], redirects };
}

function stageOf(words: readonly Word[]): Stage | Refusal {
  const [name] = words as [Word];
  if (name.parts) return variableFault('variable-in-command', name, "the command's name, written out");
  return { words, start: name.start, end: words.at(-1)!.end };
}

const targets = '#room, @person, me or here';

function readRedirect(sign: Token, target: Token | undefined, before: readonly Word[]): Redirect | Refusal {
  if (target?.kind !== 'word') return syntaxFault('missing-redirect-target', sign.start, targets, 1);
  const { text, start, end, parts } = target.word;
  if (parts) return variableFault('variable-in-redirect', target.word, targets);
  const place = { start: sign.start, end };
  if (text === 'me' || text === 'here') return { kind: text, ...place };
  if (text.length > 1 && text.startsWith('#')) return { kind: 'room', name: text.slice(1), ...place };
  if (text.length > 1 && text.startsWith('@')) return { kind: 'person', name: text.slice(1), ...place };
  return (
    comparison(sign.start, target.word, before) ??
    syntaxFault('bad-redirect-target', start, targets, end - start)
  );
}

/** `where age > 3`: somebody means to compare. */
function comparison(sign: number, target: Word, before: readonly Word[]): Refusal | undefined {
  const left = before.length > 1 ? before.at(-1)! : undefined;
  if (!left || !(before[0]!.text === 'where' || /^(?:=|[-+]?\.?\d)/.test(target.text))) return undefined;
  const written = `${left.raw}>${target.raw}`;
  const example = target.raw === '=' ? 'age>=3' : written.length > 40 ? 'age>3' : written;
  return syntaxFault('comparison-as-redirect', sign, `a comparison without blanks: ${example}`, 1);
}

function variableFault(problem: SyntaxProblem, word: Word, expected: string): Refusal {
  return syntaxFault(problem, word.start, expected, word.end - word.start);
}
