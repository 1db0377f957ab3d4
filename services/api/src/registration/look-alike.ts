/**
 * The one of these user names that another could be taken for, if there is one: the same, or the same to a quick eye. Names are ASCII by now, so
 * what is left is 0 and o, 1 and i and l, 5 and s, rn and m, vv and w, and dots and dashes (after UTS #39, "skeletons"). Pure.
 */
export function looksLike(username: string, others: readonly string[]): string | undefined {
  const mine = skeleton(username);
  return others.find((other) => skeleton(other) === mine);
}

function skeleton(username: string): string {
  return username
    .replaceAll(/[._-]/g, '')
    .replaceAll('0', 'o')
    .replaceAll(/[1i]/g, 'l')
    .replaceAll('5', 's')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w');
}
