/*
 * A process of its own that rotates the key of a store and tells how far it is: whoever has started it kills it at some point.
 */
import { Sealer } from '../../src/store/sealer.js';
import { rotateKey } from '../../src/store/rotate-key.js';

const [url = '', file = '', until = ''] = process.argv.slice(2);
let count = 0;
const open: unknown = Reflect.get(Sealer.prototype, 'open');
Reflect.set(Sealer.prototype, 'open', function (this: Sealer, ...parameters: unknown[]): unknown {
  if (count++ === Number(until)) process.kill(process.pid, 'SIGKILL');
  const opened: unknown = typeof open === 'function' ? Reflect.apply(open, this, parameters) : undefined;
  return opened;
});
await rotateKey({ url, key: { file } }, undefined);
