import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { keyAttribute, signAsServer, signAsUser } from '../../../../src/silc/attribute-signatures.js';
import { readAnswer } from '../../../../src/silc/client/people/answered-attributes.js';
import { defaultAttributes } from '../../../../src/silc/client/people/default-attributes.js';
import type { UserAttribute } from '../../../../src/silc/client/types.js';
import { commands, encodeRequest } from '../../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../../src/silc/crypto/backend-node.js';
import { fingerprint } from '../../../../src/silc/crypto/fingerprint.js';
import { encodeAttribute } from '../../../../src/silc/packets/attribute-value.js';
import {
  attributeList,
  attributeRequest,
  AttributeType,
  type Attribute,
} from '../../../../src/silc/packets/attributes.js';
import { decodePayload, encodePayload } from '../../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../../src/silc/packets/command.js';
import { PacketType } from '../../../../src/silc/packets/packet-type.js';
import { testKeyPair } from '../../../support/keys.js';
import { idOf, scriptedSession } from '../../../support/scripted-server.js';
import { withCode } from '../../../support/silc-error.js';
import { keyPairNamed, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

let world: SilcWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const text = (data: string) => new TextEncoder().encode(data);
const mood: UserAttribute = { type: AttributeType.statusMood, value: { kind: 'mask', mask: 9 } };
const every: readonly UserAttribute[] = [
  { type: AttributeType.userInfo, value: { kind: 'vcard', text: 'BEGIN:VCARD\nEND:VCARD' } },
  {
    type: AttributeType.service,
    value: { kind: 'service', port: 706, address: 'a.test', online: true, signon: '2020', idle: 3 },
  },
  mood,
  { type: AttributeType.statusFreetext, value: { kind: 'string', text: 'über' } },
  {
    type: AttributeType.statusMessage,
    value: { kind: 'mime', entity: text('Content-Type: text/plain\r\n\r\na') },
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
  { type: AttributeType.extension, value: { kind: 'mime', entity: text('Content-Type: x/y\r\n\r\nb') } },
  { type: AttributeType.userIcon, value: { kind: 'mime', entity: text('Content-Type: image/png\r\n\r\nc') } },
  { type: AttributeType.userIcon, value: { kind: 'mime', entity: text('Content-Type: image/gif\r\n\r\nd') } },
  { type: AttributeType.phoneNumber, value: { kind: 'phone-number', format: 0, number: '+1' } },
];

describe('attributes through a server', () => {
  it('of every kind arrive, and their signature is verified', async () => {
    world = await startSilcWorld();
    const [ann, bob] = [await world.client('ann'), await world.client('bob')];
    ann.setAttributes(every);
    const [found] = await bob.whois('ann', { attributes: every.map(({ type }) => type) });
    expect(found?.attributes).toEqual({ values: every, signature: 'verified' });
    expect((await bob.whois('ann'))[0]?.attributes).toBeUndefined();
  });

  it('are those that were asked for, and what is not there is left out', async () => {
    world = await startSilcWorld();
    const [ann, bob] = [await world.client('ann'), await world.client('bob')];
    ann.setAttributes([mood]);
    const ask = async (attributes: true | readonly number[]) =>
      (await bob.whois('ann', { attributes }))[0]?.attributes;
    expect(await ask(true)).toEqual({ values: [mood], signature: 'verified' });
    expect(await ask([AttributeType.userIcon])).toEqual({ values: [], signature: 'verified' });
    ann.setAttributes([]);
    expect(await ask(true)).toEqual({ values: [], signature: 'verified' });
  });

  it('of one client are asked for by its ID', async () => {
    world = await startSilcWorld();
    const [ann, bob] = [await world.client('ann'), await world.client('bob')];
    ann.setAttributes([mood]);
    const ask = (options?: { readonly attributes: true }) => bob.whoisById(ann.self.clientId, options);
    const [plain, told] = await Promise.all([ask(), ask({ attributes: true })]);
    expect(plain?.attributes).toBeUndefined();
    expect(told).toMatchObject({
      user: { nickname: 'ann' },
      attributes: { values: [mood], signature: 'verified' },
    });
    await ann.quit();
    expect(await ask({ attributes: true })).toBeUndefined();
  });

  it('are answered by the server for a client that does not, or is detached', async () => {
    world = await startSilcWorld({ limits: { attributesMs: 20 } });
    const [ann, bob] = [await world.client('ann'), await world.client('bob')];
    const ask = async () => (await bob.whois('ann', { attributes: true }))[0]?.attributes;
    const byServer = { values: [{ type: 3, value: { kind: 'mask', mask: 0 } }], signature: 'server-signed' };
    expect(await ask()).toEqual(byServer);
    // It is not asked again for a while, whatever it would say now.
    ann.setAttributes([mood]);
    expect(await ask()).toEqual(byServer);
    await ann.detach();
    expect(await ask()).toEqual(byServer);
  });
});

describe('own attributes', () => {
  it('are refused where value and type do not belong together, or the session makes them', async () => {
    const { session } = await scriptedSession();
    const set = (attribute: UserAttribute) => () => session.setAttributes([attribute]);
    expect(set({ ...mood, type: AttributeType.userInfo })).toThrow(withCode('usage'));
    expect(set({ ...mood, type: 99 })).toThrow(withCode('usage'));
    const key = { kind: 'public-key', type: 'silc-rsa', key: text('key') } as const;
    expect(set({ type: AttributeType.userPublicKey, value: key })).toThrow(withCode('usage'));
    // What a compiler would have found.
    const setUnchecked = (attributes: unknown) => () => session.setAttributes(attributes as UserAttribute[]);
    const freetext = AttributeType.statusFreetext;
    expect(setUnchecked([{ type: AttributeType.userInfo, value: { kind: 'vcard', text: '' } }])).toThrow(
      withCode('usage'),
    );
    for (const value of ['away', undefined, null, 5, {}, { kind: 'string' }]) {
      expect(setUnchecked([{ type: freetext, value }]), JSON.stringify(value)).toThrow(withCode('usage'));
    }
    expect(setUnchecked([{ type: freetext, value: { kind: 'string', text: 5 } }])).toThrow(withCode('usage'));
    expect(setUnchecked([{ type: freetext, value: { kind: 'string', text: '\ud800' } }])).toThrow(
      withCode('usage'),
    );
    expect(setUnchecked([{ type: mood.type, value: { kind: 'mask', mask: -1 } }])).toThrow(withCode('usage'));
    expect(setUnchecked('away')).toThrow(withCode('usage'));
    expect(setUnchecked({ type: freetext })).toThrow(withCode('usage'));
    const huge = { kind: 'mime', entity: new Uint8Array(32_001).fill(1) } as const;
    expect(set({ type: AttributeType.userIcon, value: huge })).toThrow(withCode('limit'));
    session.destroy();
  });

  it('are by default what the reference client tells', async () => {
    world = await startSilcWorld();
    const [ann, bob] = [await world.client('ann'), await world.client('bob')];
    const now = new Date(0);
    now.getTimezoneOffset = () => -330;
    const own = defaultAttributes({ manufacturer: 'Linux', language: 'en' }, now);
    ann.setAttributes(own);
    const [found] = await bob.whois('ann', { attributes: true });
    expect(found?.attributes).toEqual({ values: own, signature: 'verified' });
    expect(own[2]?.value).toEqual({ kind: 'string', text: '+05:30' });
    now.getTimezoneOffset = () => 210;
    expect(defaultAttributes({}, now)[2]?.value).toEqual({ kind: 'string', text: '-03:30' });
  });

  it('are signed once for the same request in any order', async () => {
    const { session, server } = await scriptedSession();
    session.setAttributes([mood]);
    const ask = async (ident: number, types: readonly number[]) => {
      const attributes = encodePayload(attributeList, attributeRequest(types));
      const message = encodeRequest(commands.whois, ident, { attributes, ids: [session.self.clientId] });
      await server.send(PacketType.command, encodePayload(commandPayload, message));
      const { payload } = await server.nextPacket(PacketType.commandReply);
      return decodePayload(commandPayload, payload).args.find(({ type }) => type === 11)?.data;
    };
    expect(await ask(1, [4, 3, 8])).toEqual(await ask(2, [8, 4, 3]));
    session.destroy();
  });

  it('are told with the key first and the signature last, and only of oneself', async () => {
    const { session, server } = await scriptedSession();
    const ask = async (ident: number, id = session.self.clientId, types = [4, 3, 15, 3]) => {
      const attributes = encodePayload(attributeList, attributeRequest(types));
      const message = encodeRequest(commands.whois, ident, { attributes, ids: [id] });
      await server.send(PacketType.command, encodePayload(commandPayload, message));
    };
    await ask(7);
    // It is read before there is something to tell.
    await session.ping();
    session.setAttributes([mood]);
    await ask(8, idOf('other'));
    await server.send(PacketType.command, Uint8Array.of(1, 2, 3));
    await ask(9);
    const reply = decodePayload(commandPayload, (await server.nextPacket(PacketType.commandReply)).payload);
    expect(reply).toMatchObject({ command: 1, ident: 9 });
    const data = reply.args.find(({ type }) => type === 11)?.data ?? expect.unreachable();
    const answered = decodePayload(attributeList, data).map(({ type, flags }) => [type, flags]);
    expect(answered).toEqual([
      [12, 2],
      [3, 2],
      [4, 1],
      [14, 2],
    ]);
    session.destroy();
  });
});

const owner = keyPairNamed('ann');
const server = testKeyPair('k2048v1');
const judge = {
  backend: nodeBackend,
  serverKey: server.publicKey,
  fingerprint: fingerprint(nodeBackend, owner.publicKey),
};
const moodOnly = [encodeAttribute(mood.type, mood.value)];
const read = (attributes: readonly Attribute[], more: Partial<typeof judge> = {}) =>
  readAnswer(encodePayload(attributeList, attributes), { ...judge, ...more });

describe('the signature of attributes', () => {
  const key = keyAttribute(AttributeType.userPublicKey, owner.publicKey);
  const signed = signAsUser(nodeBackend, owner, [key, ...moodOnly]);

  it('is verified, unknown, failed, the server’s, or none', () => {
    expect(read(signed)).toEqual({ values: [mood], signature: 'verified' });
    expect(
      readAnswer(encodePayload(attributeList, signed), { ...judge, fingerprint: undefined }).signature,
    ).toBe('unknown-key');
    expect(read(signAsUser(nodeBackend, owner, moodOnly)).signature).toBe('unknown-key');
    const otherFingerprint = fingerprint(nodeBackend, server.publicKey);
    expect(read(signed, { fingerprint: otherFingerprint }).signature).toBe('failed');
    const sad = encodeAttribute(mood.type, { kind: 'mask', mask: 2 });
    expect(read(signed.map((one) => (one.type === mood.type ? sad : one))).signature).toBe('failed');
    expect(read(signed.slice(0, -1)).signature).toBe('none');
    expect(read([])).toEqual({ values: [], signature: 'none' });
  });

  it('of a server counts only under the key of this connection', () => {
    const byServer = signAsServer(nodeBackend, server, moodOnly);
    expect(read(byServer)).toEqual({ values: [mood], signature: 'server-signed' });
    expect(read(byServer, { serverKey: owner.publicKey }).signature).toBe('unknown-key');
    expect(read(byServer.slice(1)).signature).toBe('failed');
    // A server that signs what the user has signed does not replace the user.
    expect(read(signAsServer(nodeBackend, server, signed)).signature).toBe('verified');
  });

  it('never makes reading fail, and is never verified after a change', () => {
    const whole = encodePayload(attributeList, signed);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, xor) => {
        const changed = whole.slice();
        changed[at] = (changed[at] ?? 0) ^ xor;
        expect(readAnswer(changed, judge).signature).not.toBe('verified');
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (garbage) => {
        expect(readAnswer(garbage, judge).signature).toMatch(/none|failed|unknown-key/);
      }),
    );
  });
});
