/** Waits until `look` gives something, for at most twenty seconds, or as long as is said. */
export async function until<T>(
  look: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 20_000,
): Promise<T> {
  for (const deadline = Date.now() + withinMs; ;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${String(look)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
