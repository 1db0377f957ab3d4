/**
 * Reads something anew for each who asks. Those who ask while a read is under way share the next one, because what is under way may have begun
 * before that happened for which they ask.
 */
export function readAfter(read: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    next = undefined;
    underWay = read().finally(() => (underWay = undefined));
    return underWay;
  };
  return () => {
    if (!underWay) return begin();
    next ??= underWay.then(begin, begin);
    return next;
  };
}
