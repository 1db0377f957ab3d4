export { readBundle, type ReadBundle } from './read-bundle.js';
export { bundleDigest } from './bundle-digest.js';
export { compareVersions, highestVersion } from './versions.js';
export { faultCodes, type Fault, type FaultCode } from './fault.js';
export type { Bundle, Command, Effect, Templates, Trigger } from './bundle.js';
