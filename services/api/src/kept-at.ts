/** Keeps what was read at a revision, until a later one is asked for; those who come while it is read wait for the same. */
export function keptAt<T>(read: () => Promise<T>): (revision: string) => Promise<T> {
  let known: { readonly revision: bigint; readonly value: Promise<T> } | undefined;
  return (revision) => {
    const asked = BigInt(revision);
    if (known && known.revision >= asked) return known.value;
    const value = read();
    known = { revision: asked, value };
    value.catch(() => {
      if (known?.value === value) known = undefined;
    });
    return value;
  };
}
