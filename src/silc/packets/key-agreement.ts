import { utf8 } from '../bytes.js';
import type { Codec } from './codec.js';
import { decodeText } from './text.js';

/** Where a peer listens for a connection, or a question for the other's address. */
export interface KeyAgreement {
  /** Host name or IP address; empty: the receiver is to name an address. */
  readonly host: string;
  /** 0 TCP, 1 UDP. */
  readonly protocol: number;
  readonly port: number;
}

/**
 * Key Agreement Payload, packet KEY_AGREEMENT (draft pp-09, 2.3.20):
 *   host name length u16, host name | protocol u16 | port u16
 */
export const keyAgreementPayload: Codec<KeyAgreement> = {
  kind: 'key agreement',
  decode(reader) {
    return {
      host: decodeText(reader.block16('host name', 1024)),
      protocol: reader.u16('protocol'),
      port: reader.u16('port'),
    };
  },
  encode({ host, protocol, port }, writer) {
    writer.block16(utf8(host)).u16(protocol).u16(port);
  },
};
