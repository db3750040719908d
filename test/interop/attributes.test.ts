import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import { defaultAttributes } from '../../src/silc/client/people/default-attributes.js';
import type { AnsweredAttributes, SilcSession, UserAttribute } from '../../src/silc/client/types.js';
import { AttributeType } from '../../src/silc/packets/attributes.js';
import { openTarget, type Target } from './support/target.js';

let target: Target;
beforeAll(async () => {
  target = await openTarget('none', { limits: { attributesMs: 200 } });
});
// Servers let each client wait for itself: what takes long is done at the same time.
afterAll(() => target.close());

const entity = (type: string, body: string): Uint8Array => utf8(`Content-Type: ${type}\r\n\r\n${body}`);

const mood: UserAttribute = { type: AttributeType.statusMood, value: { kind: 'mask', mask: 9 } };
const many: readonly UserAttribute[] = [
  { type: AttributeType.userInfo, value: { kind: 'vcard', text: 'BEGIN:VCARD\nFN:Ann\nEND:VCARD' } },
  mood,
  { type: AttributeType.statusFreetext, value: { kind: 'string', text: 'über den Wolken 😀' } },
  {
    type: AttributeType.statusMessage,
    value: { kind: 'mime', entity: entity('text/plain', 'a message') },
  },
  { type: AttributeType.preferredLanguage, value: { kind: 'string', text: 'fin' } },
  { type: AttributeType.preferredContact, value: { kind: 'mask', mask: 0x20 } },
  { type: AttributeType.timezone, value: { kind: 'string', text: '2026-11-22T12:00:00+02:00' } },
  {
    type: AttributeType.geolocation,
    value: { kind: 'geolocation', longitude: '1', latitude: '2', altitude: '3 m', accuracy: '4 m' },
  },
  {
    type: AttributeType.deviceInfo,
    value: { kind: 'device', type: 3, manufacturer: 'm', version: 'v', model: 'o', language: 'l' },
  },
  { type: AttributeType.userIcon, value: { kind: 'mime', entity: entity('image/png', 'icon') } },
  { type: AttributeType.phoneNumber, value: { kind: 'phone-number', format: 0, number: '+1' } },
];

async function asked(
  session: SilcSession,
  nickname: string | undefined,
  attributes: true | readonly number[] = true,
): Promise<AnsweredAttributes | undefined> {
  const [found, ...others] = await session.whois(nickname ?? '', { attributes });
  expect(others).toEqual([]);
  expect(found?.user.nickname).toBe(nickname);
  return found?.attributes;
}

describe.concurrent('attributes', () => {
  it('of every kind arrive through the server, and their signature is verified', async () => {
    const [ann, bob] = [await target.client('ann'), await target.client('bob')];
    ann.setAttributes(many);
    const types = many.map(({ type }) => type);
    expect(await asked(bob, ann.self.nickname, types)).toEqual({ values: many, signature: 'verified' });
  });

  it('are by default those of the reference client', async () => {
    const [ann, bob] = [await target.client('ann'), await target.client('bob')];
    const own = defaultAttributes({ manufacturer: 'Linux' });
    ann.setAttributes(own);
    expect(await asked(bob, ann.self.nickname)).toEqual({ values: own, signature: 'verified' });
  });

  it('are asked for in both directions, one kind or all, and what is not there is left out', async () => {
    const [ann, bob] = [await target.client('ann'), await target.client('bob')];
    ann.setAttributes([mood]);
    bob.setAttributes([]);
    expect(await asked(bob, ann.self.nickname)).toEqual({ values: [mood], signature: 'verified' });
    expect(await asked(bob, ann.self.nickname, [AttributeType.userIcon])).toEqual({
      values: [],
      signature: 'verified',
    });
    expect(await asked(ann, bob.self.nickname)).toEqual({ values: [], signature: 'verified' });
  });

  it('of a client that has none set are answered, and signed, by the server', async () => {
    const [ann, bob] = [await target.client('ann'), await target.client('bob')];
    const answer = await asked(bob, ann.self.nickname);
    expect(answer?.signature).toBe('server-signed');
    // What it knows differs from server to server.
    expect(answer?.values).not.toEqual([]);
  });
});
