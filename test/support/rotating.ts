/*
 * A process of its own that rotates the key of a store and tells how far it is: whoever has started it kills it at some point.
 */
import { Sealer } from '../../src/store/sealer.js';
import { rotateKey } from '../../src/store/rotate-key.js';

const [url = '', file = '', until = ''] = process.argv.slice(2);
let opened = 0;
Sealer.prototype.open = new Proxy(Reflect.get(Sealer.prototype, 'open') as Sealer['open'], {
  apply: (open, sealer, parameters) => {
    if (opened++ === Number(until)) process.kill(process.pid, 'SIGKILL');
    return Reflect.apply(open, sealer, parameters) as Uint8Array;
  },
});
await rotateKey({ url, key: { file } }, undefined);
