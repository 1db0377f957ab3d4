import { z } from 'zod';

/** Named one by one, because not every reader of /openapi.json knows `\p{Cc}`. */
// oxlint-disable-next-line no-control-regex -- that they are not in it is the point
const withoutControls = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** Text that stands on one line: it has no control characters. */
export function oneLine(longest: number) {
  return z.string().max(longest).regex(withoutControls, 'has a control character in it');
}
