import { z } from 'zod';
import { TranscriptFile } from './transcript-schema.js';

/** The JSON Schema (2020-12) of transcript files, for editors, made of the very schema that reads them. */
export function transcriptJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(TranscriptFile, { target: 'draft-2020-12' });
  return {
    $schema,
    title: 'A transcript for a Chasqui bundle',
    description: 'What is said to a bundle, and what is heard: NAME.transcript.yaml',
    ...schema,
  };
}
