import type { ByteStream } from '../../src/silc/stream.js';

/** A stream on which octets arrive late, by a number of turns that changes: sessions hear of the same thing at different times. */
export function lagging(stream: ByteStream, salt: number, most = 10): ByteStream {
  let turn = salt;
  return {
    read: async () => {
      const octets = await stream.read();
      turn = (turn * 7 + 3) % (most + 1);
      for (let n = 0; n < turn; n++) await new Promise(setImmediate);
      return octets;
    },
    write: (octets) => stream.write(octets),
    end: () => stream.end(),
    destroy: () => stream.destroy(),
    remoteAddress: stream.remoteAddress,
    localAddress: stream.localAddress,
  };
}
