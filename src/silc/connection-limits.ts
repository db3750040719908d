/** Room for a packet's header, IDs, padding and MAC in the count of waiting octets. */
export const PACKET_OVERHEAD = 256;

/** Packets kept while a rekey goes on and nobody takes them; then the peer has to wait. */
export const MAX_INBOX_PACKETS = 256;

/**
 * All connections of the process share the event loop: whoever has read or has handed over so many packets waits while others
 * do, or while the time of this turn is used up. So a peer that floods slows itself down, and nobody else much.
 */
export const PACKETS_PER_SLICE = 16;
