/** How much commands may keep. */
export interface StoreLimits {
  /** The longest value, in bytes. */
  readonly valueBytes: number;
  /** Entries of one bundle, in all its scopes. */
  readonly entries: number;
  /** Values of one bundle together, in bytes. */
  readonly bytes: number;
}

export const usualStoreLimits: StoreLimits = {
  valueBytes: 64 * 1024,
  entries: 10_000,
  bytes: 16 * 1024 ** 2,
};
