/**
 * Memory of packets as they are on the wire, cut from larger pieces: an ArrayBuffer for each packet would cost as much as
 * encrypting it, and those of a burst would leave holes all over the memory outside of the heap. A piece is so long that malloc
 * maps it by itself (see MALLOC_MMAP_THRESHOLD_ in the operator guide) and gives it back at once. No octet is given out twice, so
 * packets may be kept as long as one likes; a piece lives as long as one of its packets.
 */
const PIECE_LENGTH = 256 * 1024;
/** Longer packets get memory of their own. */
export const LONGEST_CUT = 8 * 1024;

let piece = new Uint8Array(0);
let used = 0;

/** Zeroed octets that nobody else has. */
export function packetMemory(length: number): Uint8Array {
  if (length > LONGEST_CUT) return new Uint8Array(length);
  if (used + length > piece.length) {
    piece = new Uint8Array(PIECE_LENGTH);
    used = 0;
  }
  const cut = piece.subarray(used, used + length);
  used += length;
  return cut;
}

/** So many times their own length octets that wait may keep in memory. */
const PINNED = 8;

/** Octets that have to wait, which may take long: a copy, unless the memory that they lie in is about as large as they are. */
export function unpinned(octets: Uint8Array): Uint8Array {
  return octets.buffer.byteLength > PINNED * octets.length ? new Uint8Array(octets) : octets;
}

/** A copy of octets that came, which nobody else changes. */
export function packetCopy(octets: Uint8Array): Uint8Array {
  if (octets.length > LONGEST_CUT) return new Uint8Array(octets);
  const copy = packetMemory(octets.length);
  copy.set(octets);
  return copy;
}
