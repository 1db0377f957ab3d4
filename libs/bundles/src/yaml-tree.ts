import { Lexer, parseAllDocuments, type Document, type YAMLError } from 'yaml';
import type { Fault } from './fault.js';
import { error, warning, type Finding, type Path } from './finding.js';
import { lineFinder, type FindLine } from './line-finder.js';
import { locateAll } from './locate.js';
import { walkDocument } from './walk-document.js';

/** The longest file that is read, in bytes. */
const longestFile = 1024 * 1024;

/**
 * The most signs and words of YAML that are looked at. Taking a text apart is quick, making a document of its parts is not: a mebibyte
 * of brackets would take ten seconds.
 */
const mostParts = 30_000;

/** A YAML mapping as plain data, which remembers where everything stood. */
export interface YamlTree {
  /** Undefined where there is none to speak of; `locate` works all the same. */
  readonly root: Readonly<Record<string, unknown>> | undefined;
  readonly findings: readonly Finding[];
  /** What was typed for a number, a boolean or nothing: `1.10`, not 1.1. */
  readonly typed: (path: Path) => string | undefined;
  /** Findings with their places, in the order of the file. */
  readonly locate: (findings: readonly Finding[]) => Fault[];
}

/** Reads one YAML 1.2 document whose top is a mapping. With a syntax error there is no root: what follows one is guesswork. */
export function readYamlTree(text: string): YamlTree {
  const bytes = Buffer.byteLength(text);
  const findLine = lineFinder(text);
  if (bytes > longestFile) return barren([error('too-large', [], { bytes, most: longestFile })], findLine);
  const odd = controlCharacter.exec(text);
  if (odd) return barren([notAllowed(odd)], findLine);
  if (hasTooManyParts(text)) return barren([error('too-many-values', [])], findLine);
  const document = compose(text);
  if ('severity' in document) return barren([document], findLine);
  if (document.errors.length > 0) return barren(syntaxErrors(document), findLine);
  const walked = walkDocument(document, findLine);
  return {
    root: walked.root,
    findings: [...document.warnings.map((strange) => warning(...told(strange))), ...walked.findings],
    typed: (path) => walked.places.typed(path),
    locate: (findings) => locateAll(findings, (finding) => walked.places.offsetOf(finding, text), findLine),
  };
}

/** What YAML 1.2 (§5.1) allows nowhere, and the library lets through; no database keeps a NUL either. */
// oxlint-disable-next-line no-control-regex
const controlCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

function notAllowed({ 0: character, index: offset }: RegExpExecArray): Finding {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const detail = `a control character (U+${code}) stands here; in double quotes write it as \\u${code}`;
  return error('bad-yaml', [], { detail }, { offset });
}

function hasTooManyParts(text: string): boolean {
  let parts = 0;
  for (const _part of new Lexer().lex(text)) if (++parts > mostParts) return true;
  return false;
}

/** Duplicate keys are looked for by our own walk: the library compares every key with every other. */
function compose(text: string): Document.Parsed | Finding {
  try {
    const documents = parseAllDocuments(text, {
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const [document, second] = documents as Document.Parsed[];
    if (!document) return error('empty-document', []);
    if (second && document.errors.length === 0)
      return error('several-documents', [], {}, { offset: second.range[0] });
    return document;
  } catch (thrown) {
    if (thrown instanceof RangeError) return error('too-deep', []);
    throw thrown;
  }
}

/** The YAML library runs out of stack some hundred levels down, and tells that as an error of the file. */
function syntaxErrors({ errors }: Document.Parsed): Finding[] {
  const overflow = errors.find(({ message }) => /call stack|stack overflow/i.test(message));
  if (overflow) return [error('too-deep', [], {}, { offset: overflow.pos[0] })];
  return errors.map((wrong) => error(...told(wrong)));
}

function told({ code, message, pos }: YAMLError): Parameters<typeof error> {
  return ['bad-yaml', [], { code, detail: message }, { offset: pos[0] }];
}

/** No data, and faults that need no data to be found. */
function barren(findings: readonly Finding[], findLine: FindLine): YamlTree {
  const offsetOf = ({ place }: Finding) => (place && 'offset' in place ? place.offset : 0);
  return {
    root: undefined,
    findings,
    typed: () => undefined,
    locate: (all) => locateAll(all, offsetOf, findLine),
  };
}
