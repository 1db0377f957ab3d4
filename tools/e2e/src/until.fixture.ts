/** Waits until `look` gives something, for at most twenty seconds. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (const deadline = Date.now() + 20_000; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${String(look)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
