import { z } from 'zod';

/** What files there may be, unless a site or a relay says less. Bytes. */
export const fileLimits = {
  /** All that goes in with one command: sealed, and sealed in an order, it has to stay under what a broker takes. */
  inBytes: 1024 * 1024,
  /** Files that go in. */
  inCount: 10,
  /** Files that come out of one execution. */
  outCount: 20,
  /** Each of them. */
  outFileBytes: 1024 * 1024,
  /** All of them. */
  outAllBytes: 4 * 1024 * 1024,
  /** A file comes out in parts of so many bytes. */
  partBytes: 256 * 1024,
} as const;

/** What a bundle calls a file that goes in. */
export const FileKey = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'a file has a name like an option: report');

/** The name of a file that came out: one that a folder of any system can hold, and never a way to elsewhere. */
export const FileName = z
  .string()
  .max(200)
  // oxlint-disable-next-line no-control-regex -- what no name may have; `\p{Cc}` not every reader of the REST document knows
  .regex(/^(?!\.{1,2}$)[^/\\\x00-\x1f\x7f-\x9f]+$/, 'is no name of a file');

/**
 * A file that a person gives with a command line. `as` is what the command calls it, where they said it. Without `base64` its adapter could not
 * get it, and `fault` says why.
 */
export const GivenFile = z.object({
  as: z.string().max(64).optional(),
  /** Its own name: `photo.png`. */
  name: z.string().max(300),
  base64: z.base64().optional(),
  bytes: z.number().int().nonnegative().optional(),
  fault: z.enum(['too-large', 'unreadable']).optional(),
});
export type GivenFile = z.infer<typeof GivenFile>;

/** A file that goes in: under a path inside the container (of a plain process: inside its own folder), or as standard input. */
export const OrderFile = z.object({
  key: FileKey,
  /** An absolute path, or `stdin`. */
  to: z.string(),
  base64: z.base64(),
});
export type OrderFile = z.infer<typeof OrderFile>;

/** The folder that files are collected from when it is over. The relay's policy may lower each limit. */
export const OutFolder = z.object({
  /** An absolute path inside the container; a plain process is told of a folder by `CHASQUI_FILES_OUT`. */
  path: z.string(),
  count: z.number().int().positive(),
  fileBytes: z.number().int().positive(),
  allBytes: z.number().int().positive(),
});
export type OutFolder = z.infer<typeof OutFolder>;

/** A file that came out, and why one did not. */
export const OutFile = z.object({ name: FileName, bytes: z.number().int().nonnegative() });
export type OutFile = z.infer<typeof OutFile>;
export const LeftOutFile = z.object({
  name: z.string().max(300),
  why: z.enum(['too-large', 'too-many', 'no-file', 'bad-name', 'unreadable']),
});
export type LeftOutFile = z.infer<typeof LeftOutFile>;
