import { SilcError } from '../../../src/silc/errors.js';
import type { ByteStream } from '../../../src/silc/stream.js';

/** A stream that a test breaks, and on which octets come late by a number of turns that changes. */
export interface BreakableStream extends ByteStream {
  /** Both ends learn of it. */
  cut(): void;
  /** This end loses it; the peer notices nothing until `cut`. */
  lose(): void;
}

/** @param salt two streams with different ones lag differently */
export function breakable(stream: ByteStream, salt: number): BreakableStream {
  let turn = salt;
  const state = { isLost: false };
  let lost = (): void => {};
  const ending = new Promise<undefined>((resolve) => (lost = () => resolve(undefined)));
  const read = async (): Promise<Uint8Array | undefined> => {
    const octets = await stream.read();
    turn = (turn * 7 + 3) % 11;
    for (let n = 0; n < turn && !state.isLost; n++) await new Promise(setImmediate);
    return octets;
  };
  /** What the peer still sends goes nowhere, and must not hold it up. */
  const drain = async (pending: Promise<Uint8Array | undefined>): Promise<void> => {
    try {
      for (let octets = await pending; octets !== undefined;) octets = await stream.read();
    } catch {
      // Cut.
    }
  };
  let pending: Promise<Uint8Array | undefined> | undefined;
  return {
    read: async () => {
      if (state.isLost) return undefined;
      pending = read();
      try {
        return await Promise.race([pending, ending]);
      } finally {
        pending = undefined;
      }
    },
    write: (octets) =>
      state.isLost ? Promise.reject(new SilcError('closed', 'the stream is lost')) : stream.write(octets),
    end: () => {
      if (!state.isLost) stream.end();
    },
    destroy: () => {
      if (!state.isLost) stream.destroy();
    },
    cut: () => stream.destroy(),
    lose: () => {
      if (state.isLost) return;
      state.isLost = true;
      lost();
      void drain(pending ?? stream.read());
    },
    remoteAddress: stream.remoteAddress,
    localAddress: stream.localAddress,
  };
}
