export { hashOfEntry, type Entry } from './entry.js';
export {
  isBlockSigned,
  isBlockWhole,
  missing,
  sealBlock,
  type Block,
  type Checkpoint,
  type ToSeal,
} from './block.js';
export { isAnchorSigned, signAnchor, type Anchor } from './anchor.js';
export { isEndSigned, signEnd, type ExportEnd, type ExportLine } from './export-line.js';
export { fingerprintOf, signingKey, type SigningKey } from './signing-key.js';
export { verifyExport, type Break, type Breakage, type Verdict, type VerifyOptions } from './verify.js';
