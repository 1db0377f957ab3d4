const longestDuration = 7 * 24 * 3_600_000;
const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds in `30s`, `1h30m`, `500ms`; undefined unless it is one, above zero and at most 7 days. */
export function readDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d)){1,5}$/.test(text)) return undefined;
  const parts = text.matchAll(/([\d.]+)(ms|s|m|h|d)/g);
  const total = Math.round(
    parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * durationUnits[unit!]!, 0),
  );
  return total > 0 && total <= longestDuration ? total : undefined;
}

const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Bytes in `256MiB`, `1.5GiB`, `64kB`; undefined unless it is such an amount, above zero. */
export function readSize(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,9})?) ?(B|[kMG]B|[KMGT]iB)$/.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * (sizeUnits[unit ?? ''] ?? Number.NaN));
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}
