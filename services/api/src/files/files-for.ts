import { fileLimits, type Order } from '@chasqui/contracts';
import type { OrderParts } from '../commands/order-for.js';

/** What of an order is about files: those that go in, where the command wants them, and the folder that others come out of. */
export function filesFor({
  stage,
  files,
}: Pick<OrderParts, 'stage' | 'files'>): Pick<Order, 'filesIn' | 'filesOut'> {
  const { in: wanted = [], out } = stage.command.files ?? {};
  const filesIn = wanted.flatMap(({ key, to }) => {
    const found = files.find((file) => file.key === key);
    return found ? [{ key, to, base64: found.base64 }] : [];
  });
  const { outCount: count, outFileBytes: fileBytes, outAllBytes: allBytes } = fileLimits;
  return {
    ...(filesIn.length > 0 && { filesIn }),
    ...(out !== undefined && { filesOut: { path: out, count, fileBytes, allBytes } }),
  };
}
