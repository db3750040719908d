/** When a connection starts a rekey by itself; what is undefined never triggers. */
export interface RekeyPolicy {
  /** Milliseconds since the last rekey, or since the connection began. */
  readonly intervalMs?: number | undefined;
  /** Octets in either direction since then. */
  readonly octets?: number | undefined;
}

/** A sequence number from which on the 32-bit counter is about to wrap (the toolkit's threshold). */
export const SEQUENCE_THRESHOLD = 0xfffffe00;

/** Counts the traffic of one direction against a rekey policy. */
export class RekeyTrigger {
  readonly #octetLimit: number;
  #octets = 0;
  #sequence: number;

  constructor(policy: RekeyPolicy, sequence: number) {
    this.#octetLimit = policy.octets ?? Number.POSITIVE_INFINITY;
    this.#sequence = sequence;
  }

  /** Counts octets, with the sequence number that the next packet has. True when it is time for a rekey. */
  count(octets: number, sequence: number): boolean {
    this.#octets += octets;
    if (sequence < this.#sequence) this.#sequence = sequence; // it has wrapped
    const crossed = this.#sequence < SEQUENCE_THRESHOLD && sequence >= SEQUENCE_THRESHOLD;
    return crossed || this.#octets >= this.#octetLimit;
  }

  /** Fresh keys are in use from this sequence number on. */
  reset(sequence: number): void {
    this.#octets = 0;
    this.#sequence = sequence;
  }
}
