import type { Facts } from '@chasqui/contracts';
import { bundleFaultSentence } from './bundle-faults.js';

/** What is wrong with a transcript, for one fault: what it is and what to write instead. Line and column stand beside it. */
export function transcriptFaultSentence(fault: { readonly code: string; readonly facts: Facts }): string {
  return (ofTheFile[fault.code] ?? bundleFaultSentence(fault)).replaceAll('bundle file', 'transcript');
}

const ofTheFile: Readonly<Record<string, string>> = {
  'empty-document':
    "there is nothing in this file; a transcript has `people:`, and under `transcript:` steps like `- ann: '!echo:echo hello'` and `- chasqui: hello`",
};
