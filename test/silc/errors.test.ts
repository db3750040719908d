import { expect, test } from 'vitest';
import { SilcDisconnectError } from '../../src/silc/errors.js';

test('what a peer says on leaving is short and of one line in the message, and whole beside it', () => {
  const text = `\u001b[2J\r\n\u202e${'x'.repeat(10_000)}`;
  const error = new SilcDisconnectError(48, text);
  expect(error.message).toMatch(/^disconnected by peer: status 48, \ufffd\[2J\ufffd\ufffd\ufffdx+…$/);
  expect(error.message.length).toBeLessThan(260);
  expect(error.text).toBe(text);
  expect(new SilcDisconnectError(48, 'Server is full').message).toBe(
    'disconnected by peer: status 48, Server is full',
  );
  expect(new SilcDisconnectError(0, '').message).toBe('disconnected by peer: status 0');
});
