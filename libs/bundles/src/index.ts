export { readBundle, type ReadBundle } from './read-bundle.js';
export type { ReadTemplate } from './check-templates.js';
export { bundleDigest } from './bundle-digest.js';
export { compareVersions, highestVersion } from './versions.js';
export { faultCodes, type Fault, type FaultCode } from './fault.js';
export { retriesOf } from './bundle.js';
export type {
  ArgTemplate,
  Bundle,
  Command,
  ConfigKey,
  Deprecation,
  Effect,
  Example,
  OutputKind,
  Templates,
  Trigger,
} from './bundle.js';
export { bundleJsonSchema } from './json-schema.js';
export { checkRecord, type RecordFault } from './check-record.js';
export { diffBundles, type BundleDifference } from './diff-bundles.js';
export { convertCog, type ConvertedCog, type ConvertWith } from './cog/convert-cog.js';
export {
  cogFaultCodes,
  cogNoteCodes,
  type CogFault,
  type CogNote,
  type CogNoteCode,
} from './cog/cog-note.js';
export type { CommandFile, CommandFiles } from './command-files.js';
