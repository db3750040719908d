/**
 * Memory of outgoing packets, cut from larger pieces: an ArrayBuffer for each packet would cost as much as encrypting
 * it. No octet is given out twice, so packets may be kept as long as one likes; a piece lives as long as one of its
 * packets.
 */
const PIECE_LENGTH = 64 * 1024;
/** Longer packets get memory of their own. */
export const LONGEST_CUT = PIECE_LENGTH / 8;

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
