import type { DataRecord } from '@chasqui/filters';
import { markOf, type FinishedView } from '../render-run.js';
import { readOutput } from '../read-output.js';
import { gapMark, notTextSentence } from '../wording/output.js';
import { endSentence } from '../wording/run-ends.js';
import { endTitle } from '../wording/template-titles.js';
import type { Envelope, EnvelopeRequest } from './envelope.js';

/** What is known of a run beside its request and its end. */
export interface RunFacts {
  /** The result, where it was read already; else it is read from what was printed. */
  readonly records?: readonly DataRecord[];
  /** Whether they were read from JSON. */
  readonly structured?: boolean;
  /** The template that a command named itself (Cog's calling convention). */
  readonly template?: string;
  readonly durationMs?: number;
}

/** The envelope of a finished run. */
export function runEnvelope(request: EnvelopeRequest, view: FinishedView, facts: RunFacts = {}): Envelope {
  const [all, out, err] = (['both', 'stdout', 'stderr'] as const).map((stream) => printed(view, stream));
  const payload = asJson(out!);
  const records = facts.records ?? recordsOf(payload, out!);
  const structured = facts.structured ?? payload !== undefined;
  const exitCode = 'exitCode' in view.end ? { exitCode: view.end.exitCode } : {};
  const [title, error] = [endTitle(markOf(view.end)), endSentence(view.end, view)];
  return {
    request,
    response: {
      ...(title !== undefined && { title }),
      all: all!,
      lines: linesOf(all!),
      out: out!,
      ...(err !== '' && { err }),
      records,
      ...(records[0] && { record: records[0] }),
      ...exitCode,
      structured,
      ...(facts.template !== undefined && { template: facts.template }),
    },
    ...(error !== undefined && { error }),
    data: { ...(facts.durationMs !== undefined && { durationMs: facts.durationMs }), ...exitCode },
    payload: payload ?? (structured ? records : all!),
  };
}

function printed(view: FinishedView, stream: 'both' | 'stdout' | 'stderr'): string {
  const read = readOutput(view.output, stream, view.gapBefore, gapMark);
  return 'text' in read ? read.text : notTextSentence(read.binaryBytes, view.runId);
}

/** A JSON object or list; a number or a word alone is text, as a person takes it. */
function asJson(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function recordsOf(payload: object | undefined, text: string): DataRecord[] {
  if (payload === undefined) return linesOf(text).map((line) => ({ text: line }));
  return (Array.isArray(payload) ? (payload as unknown[]) : [payload]).map((value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as DataRecord) : { value },
  );
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}
