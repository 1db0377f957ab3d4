import type { Watch } from './driver.js';

/** Where a warm container came to nothing, the cold one after it is no second start. */
export function startedOnce(watch: Watch): Watch {
  let told = false;
  return {
    started(handle) {
      if (!told) watch.started(handle);
      told = true;
    },
    write: (stream, bytes) => watch.write(stream, bytes),
    incomplete: (why) => watch.incomplete?.(why),
    collected: (files) => watch.collected?.(files),
  };
}
