import type { CryptoBackend } from '../src/silc/crypto/backend.js';
import type { KeyPair } from '../src/silc/client/types.js';
import type { DirectionKeys } from '../src/silc/frame.js';
import type { ClientId, ServerId } from '../src/silc/ids.js';
import type { Engine } from './engine.js';

/** Packets in one measured batch: enough that the clock does not count. */
export const BATCH = 64;

export const PACKET_CIPHERS = ['aes-256-cbc', 'aes-256-ctr'] as const;
export const PACKET_SIZES = [64, 1024, 16 * 1024] as const;

/** Two functions that write, and read, a batch of packets with so many octets of payload. */
export function packetWork(
  { PacketEncoder, PacketDecoder, PacketType, clientId, serverId }: Engine['frames'],
  backend: CryptoBackend,
  { cipher, size }: { cipher: (typeof PACKET_CIPHERS)[number]; size: number },
): Record<'encode' | 'decode', () => void> {
  const keys = (): DirectionKeys => ({
    cipher,
    hmac: 'hmac-sha1-96',
    encryptionKey: new Uint8Array(32).fill(1),
    iv: new Uint8Array(16),
    hmacKey: new Uint8Array(20).fill(2),
  });
  const packet = {
    type: PacketType.command,
    flags: 0,
    source: clientId('00'.repeat(16) as ClientId),
    destination: serverId('00'.repeat(8) as ServerId),
    payload: new Uint8Array(size).fill(3),
  };
  const encoder = new PacketEncoder(backend);
  encoder.setKeys(keys());
  const sender = new PacketEncoder(backend);
  sender.setKeys(keys());
  const batch = Array.from({ length: BATCH }, () => sender.encode(packet).slice());
  return {
    encode: () => {
      for (let i = 0; i < BATCH; i++) encoder.encode(packet);
    },
    decode: () => {
      const decoder = new PacketDecoder(backend);
      decoder.setKeys(keys());
      for (const wire of batch) {
        decoder.push(wire);
        if (decoder.next() === undefined) throw new Error('a packet was not decoded');
      }
    },
  };
}

/** Both sides of a key exchange in this process, with mutual authentication. Resolves with its milliseconds. */
export async function exchangeKeys(
  { initiate, respond, streamPair }: Engine['exchanges'],
  backend: CryptoBackend,
  keyPair: KeyPair,
  group: string,
): Promise<number> {
  const [left, right] = streamPair();
  const start = performance.now();
  const [client, server] = await Promise.all([
    initiate(left, { backend, keyPair, proposal: { groups: [group] }, verifyPeerKey: () => true }),
    respond(right, { backend, keyPair }),
  ]);
  const milliseconds = performance.now() - start;
  client.destroy();
  server.destroy();
  return milliseconds;
}
