import { afterEach, describe, expect, it } from 'vitest';
import { provePublicKey } from '../../../src/silc/authentication.js';
import { commands } from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import type { ClientId } from '../../../src/silc/ids.js';
import { UserMode } from '../../../src/silc/modes.js';
import { attributeList, attributeRequest } from '../../../src/silc/packets/attributes.js';
import { authenticationPayload } from '../../../src/silc/packets/authentication-payload.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { publicKeyPayload, PublicKeyType } from '../../../src/silc/packets/public-key-payload.js';
import { Status } from '../../../src/silc/status.js';
import { SilcDisconnectError } from '../../../src/silc/errors.js';
import { rawConnection, type RawClient } from '../../support/raw-client.js';
import { keyPairNamed, startSilcWorld, type SilcWorld } from '../../support/silc-world.js';

let world: SilcWorld;
afterEach(() => world.close());

const keyOf = (name: string) =>
  encodePayload(publicKeyPayload, {
    type: PublicKeyType.silc,
    data: keyPairNamed(name).publicKey.encoded,
  });
const watch = (client: RawClient, what: Parameters<typeof client.refusal<object, object>>[1]) =>
  client.refusal(commands.watch, { clientId: client.id, ...what });

describe('WATCH', () => {
  it('adds and deletes nicknames and keys, and says what cannot be', async () => {
    world = await startSilcWorld({ limits: { watchesPerClient: 2 } });
    const [me, other] = [await world.raw('me'), await world.raw('other')];
    expect(await watch(me, {})).toBe(Status.notEnoughParams);
    expect(await me.refusal(commands.watch, { clientId: other.id, add: 'x' })).toBe(Status.notYou);
    expect(await watch(me, { add: 'Ann' })).toBe(0);
    expect(await watch(me, { add: 'ANN' })).toBe(Status.nicknameInUse);
    expect(await watch(me, { keys: [{ type: 0, data: keyOf('bob') }] })).toBe(0);
    expect(await watch(me, { keys: [{ type: 0, data: keyOf('bob') }] })).toBe(Status.nicknameInUse);
    expect(await watch(me, { add: 'third' })).toBe(Status.resourceLimit);
    expect(await watch(me, { delete: 'nobody' })).toBe(Status.noSuchNick);
    expect(await watch(me, { delete: 'ann' })).toBe(0);
    expect(await watch(me, { keys: [{ type: 1, data: keyOf('bob') }] })).toBe(0);
    expect(await watch(me, { keys: [{ type: 1, data: keyOf('bob') }] })).toBe(Status.noSuchPublicKey);
    expect(await watch(me, { keys: [{ type: 0, data: Uint8Array.of(1) }] })).toBe(Status.notEnoughParams);
    await (await world.raw('ann')).quit();
    await me.sync();
    expect(me.story.filter((word) => word === 'watch')).toEqual([]);
  });

  it('tells both identities of a change of nickname, and watchers by nickname and key twice', async () => {
    world = await startSilcWorld();
    const [me, ann] = [await world.raw('me'), await world.raw('ann')];
    await watch(me, { add: 'ann' });
    await watch(me, { keys: [{ type: 0, data: keyOf('ann') }] });
    const oldId = ann.id;
    const { clientId: newId } = await ann.must(commands.nick, { nickname: 'zoe' });
    await me.sync();
    const told = me.notifies.flatMap((notify) =>
      notify.type === 'watch' ? [[notify.clientId, notify.nickname, notify.notifyType]] : [],
    );
    expect(told).toEqual([
      [oldId, 'zoe', 6],
      [oldId, 'zoe', 6],
      [newId, 'zoe', 6],
    ]);
  });
});

describe('DETACH', () => {
  it('is answered, then the server closes; who talks to the detached hears nothing of it', async () => {
    world = await startSilcWorld();
    const [me, ann] = [await world.raw('me'), await world.raw('ann')];
    const channel = await ann.join('tea');
    await me.join('tea');
    await ann.must(commands.detach, {});
    expect(await ann.ended()).toSatisfy(
      (error) => error === undefined || (error instanceof SilcDisconnectError && error.status === 0),
    );
    me.clear();
    await me.toChannel(channel);
    await me.send(PacketType.privateMessage, Uint8Array.of(1), { type: 2, id: ann.id });
    await me.sync();
    expect(me.story).toEqual([]);
    const { members } = await me.must(commands.users, { channelId: channel });
    expect(members).toContain(ann.id);
    const whois = await me.must(commands.whois, { ids: [ann.id] });
    expect(whois.mode).toBe(UserMode.detached);
  });

  it('what is no resume payload, or no proof, is refused with the same words', async () => {
    world = await startSilcWorld();
    const ann = await world.raw('ann');
    await ann.must(commands.detach, {});
    const proof = provePublicKey(nodeBackend, keyPairNamed('ann'), 'md5', ann.id);
    const wrongHash = encodePayload(authenticationPayload, proof);
    const id = Uint8Array.from(ann.id.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const payloads = [
      Uint8Array.of(),
      Uint8Array.of(0, 16, ...id),
      Uint8Array.of(0, 16, ...id, ...wrongHash),
      Uint8Array.of(16, ...id, ...wrongHash),
    ];
    for (const payload of payloads) {
      const connection = await rawConnection(world.port, { keyPair: keyPairNamed('ann') });
      await connection.send({ type: PacketType.resumeClient, payload });
      const error: unknown = await connection.receive().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ status: 13, text: 'Resuming not possible' });
    }
    expect(world.server.clientCount).toBe(1);
  });
});

describe('KILL', () => {
  it('needs a proof over the target by its own key', async () => {
    world = await startSilcWorld();
    const [me, ann] = [await world.raw('me'), await world.raw('ann')];
    const auth = (name: string, hash: 'sha1' | 'sha256', id = ann.id) =>
      encodePayload(authenticationPayload, provePublicKey(nodeBackend, keyPairNamed(name), hash, id));
    const kill = (proof?: Uint8Array) => me.refusal(commands.kill, { clientId: ann.id, auth: proof });
    expect(await kill()).toBe(Status.noRouterPriv);
    expect(await kill(Uint8Array.of(1, 2, 3))).toBe(Status.notEnoughParams);
    expect(await kill(auth('me', 'sha1'))).toBe(Status.authFailed);
    expect(await kill(auth('ann', 'sha256'))).toBe(Status.authFailed);
    expect(await kill(auth('ann', 'sha1', me.id))).toBe(Status.authFailed);
    expect(await kill(auth('ann', 'sha1'))).toBe(0);
    await ann.ended();
    expect(ann.story.at(-1)).toBe('killed');
    expect(world.server.clientCount).toBe(1);
  });
});

describe('WHOIS with attributes', () => {
  const attributes = encodePayload(attributeList, attributeRequest());

  it('tells those of a bounded number of persons, and few lists at a time', async () => {
    world = await startSilcWorld({ limits: { attributesMs: 300 } });
    const [me, ann] = [await world.raw('me'), await world.raw('ann')];
    const replies = await me.runList(commands.whois, { attributes, ids: Array<ClientId>(20).fill(ann.id) });
    const told = replies.filter((reply) => 'value' in reply && reply.value.attributes !== undefined);
    expect([replies.length, told.length]).toEqual([20, 16]);
    const eve = await world.raw('eve');
    const all = Array.from({ length: 9 }, () => me.refusal(commands.whois, { attributes, ids: [eve.id] }));
    expect((await Promise.all(all)).filter((status) => status !== 0)).toEqual([Status.resourceLimit]);
    expect(await me.refusal(commands.whois, { attributes, ids: [eve.id] })).toBe(0);
  });

  it('asks the client; what it says is handed on as it is, unless that is no answer', async () => {
    world = await startSilcWorld({ limits: { attributesMs: 5_000 } });
    const [me, ann, eve] = [await world.raw('me'), await world.raw('ann'), await world.raw('eve')];
    const own = Uint8Array.of(3, 2, 0, 4, 0, 0, 0, 8);
    const answer = async (client: RawClient, ident: number, data: Uint8Array) => {
      const args = [
        { type: 1, data: Uint8Array.of(0, 0) },
        { type: 11, data },
      ];
      const payload = encodePayload(commandPayload, { command: 1, ident, args });
      await client.send(PacketType.commandReply, payload);
    };
    const asking = me.must(commands.whois, { nickname: 'ann', attributes });
    const request = decodePayload(
      commandPayload,
      (await ann.packet(({ type }) => type === PacketType.command)).payload,
    );
    // Somebody else, another number, and noise.
    await answer(eve, request.ident, Uint8Array.of(3, 2, 0, 4, 0, 0, 0, 1));
    await eve.sync();
    await answer(ann, request.ident + 1, Uint8Array.of(3, 2, 0, 4, 0, 0, 0, 1));
    await ann.send(PacketType.commandReply, Uint8Array.of(9, 9));
    await answer(ann, request.ident, own);
    expect((await asking).attributes).toEqual(own);

    ann.clear();
    const again = me.must(commands.whois, { ids: [ann.id], attributes });
    const second = await ann.packet(({ type }) => type === PacketType.command);
    await answer(ann, decodePayload(commandPayload, second.payload).ident, new Uint8Array(40_000));
    const types = decodePayload(attributeList, (await again).attributes ?? own).map(({ type }) => type);
    expect(types.slice(-2)).toEqual([13, 15]);
  });

  it('finds people by key, and nobody for a key that nobody has', async () => {
    world = await startSilcWorld({ limits: { attributesMs: 1 } });
    const [me, ann] = [await world.raw('me'), await world.raw('ann')];
    const search = (key: Uint8Array) => {
      const data = Uint8Array.of(0, 8, ...new TextEncoder().encode('silc-rsa'), ...key);
      return encodePayload(attributeList, [{ type: 12, flags: 0, data }]);
    };
    const found = await me.must(commands.whois, {
      attributes: search(keyPairNamed('ann').publicKey.encoded),
    });
    expect(found.clientId).toBe(ann.id);
    const nobody = search(keyPairNamed('nobody').publicKey.encoded);
    expect(await me.refusal(commands.whois, { attributes: nobody })).toBe(Status.noSuchPublicKey);
    expect(await me.refusal(commands.whois, { attributes })).toBe(Status.notEnoughParams);
    expect(await me.refusal(commands.whois, { nickname: 'nobody', attributes })).toBe(Status.noSuchNick);
  });
});
