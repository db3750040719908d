import { afterEach, describe, expect, it } from 'vitest';
import { provesPublicKey } from '../../../src/silc/authentication.js';
import { decodeDetachedSession, encodeDetachedSession } from '../../../src/silc/client/detached-session.js';
import type { DetachedSession } from '../../../src/silc/client/detached-session.js';
import { SilcResumeError } from '../../../src/silc/client/resuming.js';
import { commands, encodeErrorReply, encodeReply } from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { UserMode } from '../../../src/silc/modes.js';
import { Status } from '../../../src/silc/status.js';
import { acceptResume, resumedId as id, resuming, resumingServer } from '../../support/resuming-server.js';
import { channelNumber, idOf } from '../../support/scripted-server.js';
import { withCode } from '../../support/silc-error.js';
import {
  EventLog,
  keyPairNamed,
  nextEvent,
  startSilcWorld,
  type SilcWorld,
} from '../../support/silc-world.js';

let world: SilcWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** Detaches, goes through a store, and gives the session back. */
async function detached(session: { detach(): Promise<DetachedSession> }): Promise<DetachedSession> {
  return decodeDetachedSession(encodeDetachedSession(await session.detach()));
}

describe('detach and resume', () => {
  it('keeps the Client ID, the modes, the channels and their keys', async () => {
    world = await startSilcWorld();
    const [alice, bob] = [await world.client('alice'), await world.client('bob')];
    await alice.setUserMode({ set: UserMode.busy });
    const { channel } = await alice.join('tea');
    await alice.setTopic(channel.id, 'green');
    await bob.join('tea');
    const log = new EventLog(alice);
    const stored = await detached(alice);
    expect(log.of('closed')).toEqual([{ type: 'closed', error: undefined }]);
    expect(alice.state).toBe('closed');
    expect(stored).toMatchObject({ nickname: 'alice', userMode: UserMode.busy });

    const [found] = await bob.whois('alice');
    expect(found?.user.mode).toBe(UserMode.busy | UserMode.detached);

    const back = await world.client('ignored', { keyPair: keyPairNamed('alice'), resume: stored });
    const events = new EventLog(back);
    expect(back.self).toMatchObject({
      clientId: alice.self.clientId,
      nickname: 'alice',
      mode: UserMode.busy,
    });
    const again = back.channelByName('tea');
    expect(again).toMatchObject({ id: channel.id, topic: 'green' });
    expect([...(again?.members.values() ?? [])].map(({ user, mode }) => [user.nickname, mode])).toEqual([
      ['alice', 3],
      ['bob', 0],
    ]);
    expect(await events.find('resumed')).toMatchObject({ channels: [again], lost: [] });
    expect(events.of('member-left')).toEqual([]);
    expect((await bob.whois('alice'))[0]?.user.mode).toBe(UserMode.busy);

    const [toAlice, toBob] = [nextEvent(back, 'channel-message'), nextEvent(bob, 'channel-message')];
    await bob.say(channel.id, 'there again?');
    await back.say(channel.id, 'yes');
    expect((await toAlice).message.text).toBe('there again?');
    expect((await toBob).message.text).toBe('yes');
  });

  it('is read by those with whom it had keys: it has not kept these, and negotiates new ones', async () => {
    world = await startSilcWorld();
    const [alice, zoe] = [
      await world.client('alice'),
      await world.client('zoe', { negotiatePrivateKeys: true }),
    ];
    const keyed = ({ message, protection }: { message: { text?: string | undefined }; protection: string }) =>
      `${message.text ?? ''} ${protection}`;
    const first = nextEvent(alice, 'private-message');
    await zoe.tell(alice.self.clientId, 'before');
    expect(keyed(await first)).toBe('before negotiated-key');
    const stored = await detached(alice);
    expect(stored.negotiatedWith).toEqual([zoe.self.clientId]);

    const back = await world.client('alice', { resume: stored });
    const events = new EventLog(back);
    // Own messages wait for the new keys; from then on the other side has them too.
    const greeting = nextEvent(zoe, 'private-message');
    await back.tell(zoe.self.clientId, 'back');
    expect(keyed(await greeting)).toBe('back negotiated-key');
    await zoe.tell(back.self.clientId, 'after');
    expect(keyed(await events.find('private-message'))).toBe('after negotiated-key');
    expect(events.of('private-message-undecryptable')).toEqual([]);
  });

  it('tells what has changed meanwhile as if it were happening', async () => {
    world = await startSilcWorld();
    const [bob, carol] = [await world.client('bob'), await world.client('carol')];
    const { channel } = await bob.join('tea');
    const alice = await world.client('alice');
    await carol.join('tea');
    await alice.join('tea');
    const stored = await detached(alice);
    await carol.leave(channel.id);
    await bob.setTopic(channel.id, 'black');
    await bob.setChannelMode(channel.id, { set: 0x10 });
    await (await world.client('dave')).join('tea');
    await bob.tell(stored.clientId, 'lost');

    const back = await world.client('alice', { resume: stored });
    const events = new EventLog(back);
    await events.find('resumed');
    expect(events.of('member-left')).toMatchObject([
      { user: { nickname: 'carol' }, cause: { kind: 'vanished' } },
    ]);
    expect(events.of('member-joined')).toMatchObject([{ member: { user: { nickname: 'dave' } } }]);
    expect(events.of('topic-changed')).toMatchObject([{ topic: 'black' }]);
    expect(events.of('channel-mode-changed')).toMatchObject([{ oldMode: 0, channel: { mode: 0x10 } }]);
    expect(events.texts).toEqual([]);
  });

  it('tells which channels are lost', async () => {
    world = await startSilcWorld();
    const [bob, alice] = [await world.client('bob'), await world.client('alice')];
    const { channel } = await bob.join('tea');
    await alice.join('tea');
    const kept = await alice.join('milk');
    const stored = await detached(alice);
    await bob.kick(channel.id, stored.clientId);
    const back = await world.client('alice', { resume: stored });
    const events = new EventLog(back);
    expect(await events.find('resumed')).toMatchObject({ channels: [{ name: 'milk' }], lost: ['tea'] });
    expect(events.of('member-left')).toMatchObject([{ self: true, channel: { name: 'tea' } }]);
    expect([...back.channels.keys()]).toEqual([kept.channel.id]);
  });

  it('is refused with a typed error for the wrong key, an unknown session and one that is not detached', async () => {
    world = await startSilcWorld();
    const alice = await world.client('alice');
    const stored = await detached(alice);
    const attempt = (nickname: string, resume: DetachedSession) => world?.client(nickname, { resume });
    await expect(attempt('mallory', stored)).rejects.toThrow(SilcResumeError);
    const unknown = { ...stored, clientId: idOf('stranger') };
    await expect(attempt('alice', unknown)).rejects.toThrow(SilcResumeError);
    await attempt('alice', stored);
    const second = attempt('alice', stored);
    await expect(second).rejects.toMatchObject({ code: 'disconnected', status: 13 });
  });

  it('is refused where the server does not offer it, and the session goes on', async () => {
    world = await startSilcWorld({ limits: { detachedClients: 0 } });
    const alice = await world.client('alice');
    await expect(alice.detach()).rejects.toMatchObject({ status: Status.operationNotAllowed });
    await alice.ping();
    expect(alice.state).toBe('ready');
  });

  it('is refused where the server keeps as many as it wants to', async () => {
    world = await startSilcWorld({ limits: { detachedClients: 1 } });
    const [alice, bob] = [await world.client('alice'), await world.client('bob')];
    const stored = await detached(alice);
    await expect(bob.detach()).rejects.toMatchObject({ status: Status.resourceLimit });
    // There is room again when the first one is back.
    await world.client('alice', { resume: stored });
    await bob.detach();
  });

  it('lasts no longer than the server allows', async () => {
    world = await startSilcWorld({ limits: { detachMs: 50 } });
    const [alice, bob] = [await world.client('alice'), await world.client('bob')];
    await bob.join('tea');
    await alice.join('tea');
    const left = nextEvent(bob, 'member-left');
    const stored = await detached(alice);
    expect((await left).cause).toEqual({ kind: 'signoff', message: 'Detach timeout' });
    await expect(world.client('alice', { resume: stored })).rejects.toThrow(SilcResumeError);
  });

  it('a detached session is ended by whoever has its key', async () => {
    world = await startSilcWorld();
    const [alice, bob] = [await world.client('alice'), await world.client('bob')];
    await bob.join('tea');
    await alice.join('tea');
    const stored = await detached(alice);
    await expect(bob.killDetached(stored.clientId)).rejects.toMatchObject({ status: Status.authFailed });
    const left = nextEvent(bob, 'member-left');
    const other = await world.client('alice2', { keyPair: keyPairNamed('alice') });
    expect(await other.killDetached(stored.clientId, 'enough')).toBe('ended');
    expect((await left).cause).toMatchObject({ kind: 'killed', comment: 'enough' });
    await expect(other.killDetached(stored.clientId)).rejects.toMatchObject({
      status: Status.noSuchClientId,
    });
    await expect(world.client('alice', { resume: stored })).rejects.toThrow(SilcResumeError);
  });
});

describe('resuming', () => {
  it('proves the key over the old Client ID with the hash of the key exchange', async () => {
    const { connecting, far } = resuming();
    const { connection, request } = await acceptResume(far);
    expect(request.clientId).toBe(id);
    const { peerPublicKey, algorithms } = connection.exchange;
    const { hash } = algorithms;
    expect(hash).not.toBe('sha1');
    expect(provesPublicKey(nodeBackend, peerPublicKey, hash, id, request.authentication)).toBe(true);
    expect(provesPublicKey(nodeBackend, peerPublicKey, 'sha1', id, request.authentication)).toBe(false);
    const otherId = idOf('other');
    expect(provesPublicKey(nodeBackend, peerPublicKey, hash, otherId, request.authentication)).toBe(false);
    connection.destroy();
    await expect(connecting).rejects.toThrow(withCode('closed'));
  });

  it('on another server gives a new Client ID, and everything else is rebuilt under it', async () => {
    const { connecting, far } = resuming();
    const other = idOf('me', 77);
    const server = await resumingServer(far, other);
    await server.notify({ type: 'nick-change', oldId: id, newId: other, nickname: 'me' });
    await server.channelKey(channelNumber(1), 5);
    const back = await connecting;
    const events = new EventLog(back);
    expect(back.self.clientId).toBe(other);
    expect([...(back.channels.get(channelNumber(1))?.members.keys() ?? [])]).toEqual([other, idOf('ann')]);
    server.person('ann');
    const { ident, request } = await server.next(commands.users);
    expect(request.channelId).toBe(channelNumber(1));
    const members = [other, idOf('ann')];
    const users = { channelId: channelNumber(1), members, memberModes: [1, 2] };
    await server.reply(encodeReply(commands.users, ident, users));
    // A key that cannot be read any more is left out.
    const watch = await server.next(commands.watch);
    expect(watch.request).toMatchObject({ clientId: other, add: 'zoe' });
    await server.reply(encodeErrorReply(22, watch.ident, Status.nicknameInUse));
    const cmode = await server.next(commands.cmode);
    expect(cmode.request.mode).toBeUndefined();
    await server.reply(encodeReply(commands.cmode, cmode.ident, { channelId: channelNumber(1), mode: 0x10 }));
    const topic = await server.next(commands.topic);
    await server.reply(encodeReply(commands.topic, topic.ident, { channelId: channelNumber(1) }));
    const look = await server.next(commands.whois);
    await server.reply(encodeErrorReply(1, look.ident, Status.noSuchNick));
    expect(await events.find('resumed')).toMatchObject({
      lost: [],
      unshared: [],
      channels: [{ mode: 0x10, topic: 'old' }],
    });
    expect(events.of('topic-changed')).toEqual([]);
    expect(events.of('member-mode-changed')).toHaveLength(2);
    await server.channelMessage(channelNumber(1), idOf('ann'), 5, 'under the key that came');
    const { message } = await events.find('channel-message');
    expect(message.text).toBe('under the key that came');
    back.destroy();
  });

  it('sends what is said before the key of the channel has come under that key, in its order', async () => {
    const { connecting, far } = resuming();
    const server = await resumingServer(far, id);
    const back = await connecting;
    const said = ['one', 'two'].map((text) => back.say(channelNumber(1), text));
    await back.ping().catch(() => undefined);
    await server.channelKey(channelNumber(1), 5);
    const ids = (await Promise.all(said)).map(({ key }) => key);
    expect(ids[0]).toBeDefined();
    expect(ids[1]).toBe(ids[0]);
    back.destroy();
    // Where no key will come any more, nobody waits for it.
    await expect(back.say(channelNumber(1), 'three')).rejects.toThrow(withCode('closed'));
  });

  it('does not wait for ever for a server that never answers', async () => {
    const { connecting, far } = resuming({ timeoutMs: 300 });
    const { connection } = await acceptResume(far);
    await expect(connecting).rejects.toThrow(withCode('timeout'));
    connection.destroy();
  });

  it('keeps a channel as it was where the server does not answer for it', async () => {
    const { connecting, far } = resuming({ commandTimeoutMs: 30 });
    const server = await resumingServer(far, id);
    const back = await connecting;
    const events = new EventLog(back);
    expect(await events.find('resumed')).toMatchObject({
      lost: [],
      channels: [{ name: 'channel1', topic: 'old' }],
    });
    server.connection.destroy();
    back.destroy();
  });

  it('tells that it is done also where the only channel was left meanwhile', async () => {
    const { connecting, far } = resuming();
    const server = await resumingServer(far, id);
    server.on(commands.watch, (_request, { ident }) => [encodeReply(commands.watch, ident, {})]);
    server.on(commands.leave, ({ channelId }, { ident }) => [
      encodeReply(commands.leave, ident, { channelId }),
    ]);
    const back = await connecting;
    const events = new EventLog(back);
    const { ident } = await server.next(commands.users);
    await back.leave(channelNumber(1));
    await server.reply(encodeErrorReply(commands.users.number, ident, Status.notOnChannel));
    expect(await events.find('resumed')).toMatchObject({ lost: ['channel1'], channels: [], unshared: [] });
    back.destroy();
  });

  it('another refusal than that of the session is told as it is: it can be tried again', async () => {
    const { connecting, far } = resuming();
    const { connection } = await acceptResume(far);
    await connection.close(Status.resourceLimit, 'Too many connections');
    const error: unknown = await connecting.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'disconnected', status: Status.resourceLimit });
    expect(error).not.toBeInstanceOf(SilcResumeError);
  });
});
