import { isSelectorFault, parseTag } from '@chasqui/relay-selection';
import { z } from 'zod';

const written = 'a tag is written key or key=value, and its key is not name';

/** A relay's tag, `key` or `key=value`. */
export const RelayTag = z
  .string()
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?(?:=(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?)?$/,
    written,
  )
  .refine((text) => !isSelectorFault(parseTag(text)), written);
