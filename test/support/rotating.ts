/*
 * A process of its own that rotates the key of a store and tells how far it is: whoever has started it kills it at some point.
 */
import { Sealer } from '../../src/store/sealer.js';
import { rotateKey } from '../../src/store/rotate-key.js';

const [url = '', file = '', until = ''] = process.argv.slice(2);
const open = Sealer.prototype.open;
let opened = 0;
Sealer.prototype.open = function (sealed, place): Uint8Array {
  if (opened++ === Number(until)) process.kill(process.pid, 'SIGKILL');
  return open.call(this, sealed, place);
};
await rotateKey({ url, key: { file } }, undefined);
