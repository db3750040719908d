import { nodeBackend } from '../../src/silc/crypto/backend-node.js';
import { fingerprintBytes } from '../../src/silc/crypto/fingerprint.js';
import type { ClientId, ServerId } from '../../src/silc/ids.js';
import { ServerClient, type ClientPort } from '../../src/silc/server/client.js';
import { keyPairNamed } from './silc-world.js';

/** A connection that takes everything. */
export const deafPort: ClientPort = {
  hash: 'sha1',
  send: () => Promise.resolve(true),
  readdress: () => undefined,
  end: () => undefined,
};

let count = 0;

/** A client as the server has it, without a network. */
export function serverClient(
  nickname: string,
  { hostname = 'host', port = deafPort }: { readonly hostname?: string; readonly port?: ClientPort } = {},
): ServerClient {
  const { publicKey } = keyPairNamed(nickname);
  const id = `7f000001${(++count).toString(16).padStart(24, '0')}` as ClientId;
  const fingerprint = fingerprintBytes(nodeBackend, publicKey);
  const names = { nickname, preparedNickname: nickname, username: nickname, hostname, realName: '' };
  const server = { id: '7f00000100010001' as ServerId, name: 'silc.test' };
  return new ServerClient({ id, ...names, publicKey, fingerprint }, server, port);
}
