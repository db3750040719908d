import { describe, expect, it } from 'vitest';
import { xml } from '../../src/component/stanza.js';
import {
  decodeWaiting,
  delayedMessage,
  encodeWaiting,
  fullPayload,
  mentionPayload,
  mentions,
} from '../../src/mapping/waiting-message.js';
import { expectGolden } from './golden.js';

describe('messages that wait', () => {
  it('come as they were sent, with the time at which they came', () => {
    expectGolden('waiting-message', (message) => {
      const { from = '', id = '', to = '' } = message.attrs;
      const payload = [
        xml('body', {}, message.getChildText('body') ?? ''),
        xml('x', { xmlns: 'urn:x', a: '1' }),
      ];
      const kept = decodeWaiting(encodeWaiting({ from, id, payload }));
      return kept && delayedMessage(kept, to, 'gw', new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)));
    });
  });

  it('tell of mentions, and of what found no room', () => {
    expect(mentionPayload('bob', 'lounge@gw', 'alice: hi')[0]?.getText()).toBe(
      'bob mentioned you in lounge@gw: alice: hi',
    );
    expect(fullPayload(100)[0]?.getText()).toContain('100');
  });

  it('are none in octets of something else', () => {
    for (const text of ['[]', '{}', '{"from":1,"id":"x","payload":[]}', 'null', '{"from']) {
      expect(decodeWaiting(new TextEncoder().encode(text))).toBeUndefined();
    }
  });
});

describe('mentions', () => {
  it.each([
    ['alice: hi', true],
    ['hi Alice!', true],
    ['@ALICE', true],
    ['malice', false],
    ['alices, alice', true],
    ['alice_', false],
    ['éalice', false],
    ['', false],
    ['hi all', false],
  ])('%s', (text, expected) => {
    expect(mentions(text, 'alice')).toBe(expected);
  });

  it('are none of nobody', () => {
    expect(mentions('anything', '')).toBe(false);
  });
});
