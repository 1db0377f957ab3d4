import type { ReplyMark } from '@chasqui/contracts';

/** How a run ended, in a word or two over its answer; undefined where it went well or goes on. */
export function endTitle(mark: ReplyMark): string | undefined {
  return titles[mark];
}

const titles: Partial<Record<ReplyMark, string>> = {
  failed: 'Failed',
  'timed-out': 'Timed out',
  cancelled: 'Cancelled',
  refused: 'Refused',
  expired: 'Expired',
  lost: 'Lost',
  error: 'Error',
};
