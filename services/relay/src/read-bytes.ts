const units: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** An amount of memory or output in bytes: `512MiB`, `1.5 GiB`, `10MB`, `4096`; undefined if it is not one. */
export function readBytes(text: string | number): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(String(text).trim());
  const unit = found && units[found[2]!];
  const amount = unit ? Math.round(Number(found[1]) * unit) : 0;
  return amount > 0 && Number.isSafeInteger(amount) ? amount : undefined;
}
