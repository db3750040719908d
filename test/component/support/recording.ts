import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FakePeer, FakeServer } from '../../support/xmpp/fake-server.js';

/**
 * Plays what a server said, from recordings/NAME.txt, a line a step: `C` waits until the component has sent what matches, `H` for the
 * handshake of stream id and secret, `S` sends, `END` and `RESET` end the connection, `NEXT` takes another one. `#`: a comment.
 * @returns the last connection
 */
export async function play(server: FakeServer, name: string): Promise<FakePeer> {
  const text = readFileSync(new URL(`../recordings/${name}.txt`, import.meta.url), 'utf8');
  let peer = await server.accept();
  for (const line of text.split('\n')) {
    const [, step = '', rest = ''] = /^(\S*) ?(.*)$/.exec(line) ?? [];
    if (step === '' || step === '#') continue;
    else if (step === 'C') await peer.expect(new RegExp(rest));
    else if (step === 'H') {
      const digest = createHash('sha1').update(rest.replace(' ', '')).digest('hex');
      await peer.expect(new RegExp(`<handshake>${digest}</handshake>`));
    } else if (step === 'S') peer.send(rest);
    else if (step === 'END') {
      peer.socket.end();
      await peer.closed();
    } else if (step === 'RESET') peer.socket.resetAndDestroy();
    else if (step === 'NEXT') peer = await server.accept();
    else throw new Error(`${name}: unknown step ${step}`);
  }
  return peer;
}
