import { expect, test } from 'vitest';
import { Emitter } from '../../src/util/emitter.js';

function heardBy(): {
  readonly emitter: Emitter<string>;
  readonly errors: unknown[];
  readonly heard: string[];
} {
  const errors: unknown[] = [];
  return { emitter: new Emitter((error) => errors.push(error)), errors, heard: [] };
}

test('tells every listener, in the order they came, and the same one as often as it is there', () => {
  const { emitter, heard } = heardBy();
  const one = (event: string): void => void heard.push(`one ${event}`);
  const removeFirst = emitter.subscribe(one);
  emitter.subscribe((event) => heard.push(`two ${event}`));
  emitter.subscribe(one);
  emitter.emit('a');
  expect([emitter.size, heard.splice(0)]).toEqual([3, ['one a', 'two a', 'one a']]);
  removeFirst();
  removeFirst();
  emitter.emit('b');
  expect([emitter.size, heard]).toEqual([2, ['two b', 'one b']]);
});

test('a listener that throws is reported and hurts nobody else', () => {
  const { emitter, errors, heard } = heardBy();
  const bad = new Error('bad');
  emitter.subscribe(() => {
    throw bad;
  });
  emitter.subscribe((event) => heard.push(event));
  emitter.emit('a');
  expect([errors, heard]).toEqual([[bad], ['a']]);
});

test('who is there when an event begins gets it, and nobody else', () => {
  const { emitter, heard } = heardBy();
  let removeThird = (): void => undefined;
  emitter.subscribe((event) => {
    heard.push(`first ${event}`);
    removeThird();
    emitter.subscribe((later) => heard.push(`late ${later}`));
  });
  removeThird = emitter.subscribe((event) => heard.push(`third ${event}`));
  emitter.emit('a');
  expect(heard).toEqual(['first a', 'third a']);
});
