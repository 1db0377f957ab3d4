/**
 * A number for a relay and a key: of several relays the one with the highest number takes the key (rendezvous hashing:
 * Thaler & Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM Transactions on Networking 6(1), 1998).
 * Keys spread evenly, every API instance picks the same relay, and a relay that comes or goes moves only its own keys.
 */
export function rendezvous(key: string): (name: string) => number {
  const seed = fnv1a(0x811c9dc5, `${key}\0`);
  return (name) => stir(fnv1a(seed, name));
}

/** FNV-1a, 32 bits (RFC 9923), over UTF-16 units. */
function fnv1a(seed: number, text: string): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** FNV-1a alone hardly lets a last character reach the high bits; MurmurHash3's finalizer does. */
function stir(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
