export { readTranscript, type ReadTranscript } from './read-transcript.js';
export { checkAgainstBundles } from './check-steps.js';
export { updateTranscript, type Heard } from './update-transcript.js';
export { transcriptJsonSchema } from './transcript-json-schema.js';
export type { Expectation, Recording, SaidLine, Transcript } from './transcript.js';
export { error as transcriptFault } from '../finding.js';
