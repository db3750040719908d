import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { iqResult, xml } from '../../src/component/stanza.js';
import { timeAt } from '../../src/mapping/entity-time.js';
import { bitsOf } from '../../src/mapping/mime/bits-of-binary.js';
import { filePayload } from '../../src/mapping/mime/file-payload.js';
import { readSlot, slotRequest } from '../../src/mapping/mime/upload-slot.js';
import { expectGolden } from './golden.js';

const picture = { name: 'tea.png', octets: 9_000, type: 'image/png' };

describe('files from SILC', () => {
  it('go to a place that an upload service has given', () => {
    expectGolden('file-slot', (answer) => {
      const slot = readSlot(answer);
      return xml(
        'both',
        { put: slot?.put.href, get: slot?.get, ...slot?.headers },
        xml('iq', { type: 'get', to: 'upload.example.org', id: 'u1' }, slotRequest(picture)),
      );
    });
  });

  it('are told as links with name, type and size', () => {
    expectGolden('file-told', () =>
      xml(
        'message',
        { from: 'room@gw/bob', type: 'groupchat' },
        filePayload(picture, { url: 'https://download.example.org/x/tea.png', sha256: 'AA==' }),
      ),
    );
  });

  it('stand in the message where they are small pictures', () => {
    const data = new Uint8Array(Buffer.from('R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs=', 'base64'));
    const type = 'image/gif';
    const bits = bitsOf({ type, data }, () => new Uint8Array(20));
    expectGolden('file-picture', () =>
      xml(
        'message',
        { from: 'room@gw/bob', type: 'groupchat' },
        filePayload({ name: 'dot.gif', octets: data.length, type }, { bits }),
      ),
    );
  });
});

describe('the time', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 2, 3, 4, 5) }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['entity-time', '+00:00'],
    ['entity-time-of-user', '-03:30'],
  ])('%s is told in UTC, with the offset of the place', (name, offset) => {
    expectGolden(name, (iq) => iqResult(iq, timeAt(offset, new Date())));
  });
});
