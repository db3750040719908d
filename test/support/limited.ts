/*
 * A process of its own that has a store open, under limits that its parent sets: it stores and finds what it is told to.
 */
import { StoreError } from '../../src/store/errors.js';
import { openStore } from '../../src/store/open.js';
import type { Question } from './limited-process.js';

const [url = '', file = ''] = process.argv.slice(2);
const store = await openStore({ url, key: { file } });

async function answer(question: Question): Promise<string> {
  if ('add' in question) {
    const pair = { publicKey: new Uint8Array(2_000).fill(1), privateKey: new Uint8Array(2_000).fill(2) };
    await store.identities.add(question.add, pair);
    return 'stored';
  }
  if ('find' in question)
    return (await store.identities.find(question.find)) === undefined ? 'none' : 'found';
  const { ok, reason } = store.health();
  return ok ? 'ok' : `failing: ${reason}`;
}

process.on('message', (question: Question) => {
  answer(question).then(
    (text) => process.send?.(text),
    (error: unknown) => process.send?.(error instanceof StoreError ? error.code : String(error)),
  );
});
process.on('disconnect', () => void store.close());
process.send?.('ready');
