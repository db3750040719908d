import { expect, it } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import { asksForReceipt, receipt, receiptIn, receiptRequest } from '../../src/mapping/receipts.js';
import { expectGolden } from './golden.js';

it('answers a request for a receipt', () => {
  expectGolden('receipt', (message) => {
    expect(asksForReceipt(message)).toBe(true);
    const { from = '', to = '', id = '' } = message.attrs;
    return receipt({ from: to, to: from, id: 'r1', of: id, viaRoom: true });
  });
});

it('is for messages that ask for it and have an id', () => {
  expect(asksForReceipt(xml('message', { id: '1' }, receiptRequest()))).toBe(true);
  expect(asksForReceipt(xml('message', {}, receiptRequest()))).toBe(false);
  expect(asksForReceipt(xml('message', { id: '1' }, xml('request', { xmlns: 'other' })))).toBe(false);
  const told = receipt({ from: 'a', to: 'b', id: '2', of: '1', viaRoom: false });
  expect(receiptIn(told)).toBe('1');
  expect(told.getChild('x')).toBeUndefined();
  expect(receiptIn(xml('message', { id: '1' }, receiptRequest()))).toBeUndefined();
});
