import { afterEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/silc/bytes.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { commands, encodeErrorReply, encodeReply, maskEntry } from '../../../src/silc/commands/index.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { fingerprintBytes } from '../../../src/silc/crypto/fingerprint.js';
import { SilcError, SilcKilledError } from '../../../src/silc/errors.js';
import { channelId, clientId, type ClientId } from '../../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode } from '../../../src/silc/modes.js';
import { decodeMessage } from '../../../src/silc/messages/index.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { disconnectPayload } from '../../../src/silc/packets/disconnect.js';
import { PacketFlag, PacketType } from '../../../src/silc/packets/packet-type.js';
import { publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { testKeyPair } from '../../support/keys.js';
import { channelNumber, idOf, scriptedSession, type ScriptedOptions } from '../../support/scripted-server.js';
import { EventLog } from '../../support/session-events.js';
import { withCode } from '../../support/silc-error.js';

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

async function start(options: ScriptedOptions = {}) {
  const { session, server } = await scriptedSession(options);
  sessions.push(session);
  return { session, server, log: new EventLog(session), me: session.self.clientId };
}

/** Everything that the server has sent so far is processed when the PING is answered. */
const caughtUp = (session: SilcSession) => session.ping();
const types = (log: EventLog) => log.events.map(({ type }) => type);
const names = (channel: { members: ReadonlyMap<unknown, { user: { nickname: string | undefined } }> }) =>
  [...channel.members.values()].map(({ user }) => user.nickname);

describe('registration', () => {
  it('sends user name, real name and nickname, and knows oneself afterwards', async () => {
    const { session, server } = await start({ realName: 'Real Name' });
    expect(server.registration).toEqual({ username: 'user', realName: 'Real Name', nickname: 'me' });
    expect(session.self).toMatchObject({ nickname: 'me', username: 'user', clientId: idOf('me') });
    expect(session.state).toBe('ready');
    expect(session.serverPublicKey.identifier).toEqual(testKeyPair('k1024v2').publicKey.identifier);
  });

  it('sends NICK where the server has not taken the nickname', async () => {
    const { session, server } = await start({ ignoresNickname: true });
    expect(server.seen).toEqual(['NICK']);
    expect(session.self).toMatchObject({ nickname: 'me', clientId: idOf('me') });
  });

  it('refuses names that SILC cannot carry before anything is sent', async () => {
    const long = 'x'.repeat(129);
    await expect(scriptedSession({ nickname: 'a b' })).rejects.toThrow(withCode('bad-string'));
    await expect(scriptedSession({ nickname: long })).rejects.toThrow(withCode('limit'));
    await expect(scriptedSession({ username: 'a@b' })).rejects.toThrow(withCode('bad-string'));
    await expect(scriptedSession({ username: '' })).rejects.toThrow(withCode('bad-string'));
  });

  it('refuses a server whose key is not the right one', async () => {
    const attempt = scriptedSession({ verifyServerKey: () => false });
    await expect(attempt).rejects.toThrow(withCode('server-key'));
  });

  it('keeps the first events for the first listener', async () => {
    const { session, server } = await scriptedSession();
    sessions.push(session);
    await server.notify({ type: 'none', text: 'Welcome' });
    await server.notify({ type: 'motd', text: 'Be kind' });
    await caughtUp(session);
    const log = new EventLog(session);
    await log.find('motd');
    expect(log.events).toEqual([
      { type: 'server-notice', text: 'Welcome' },
      { type: 'motd', text: 'Be kind' },
    ]);
  });
});

describe('joining', () => {
  it('gives the channel with everybody on it by name', async () => {
    const { session, server } = await start();
    const [ann, bob] = [server.person('ann'), server.person('bob')];
    const channel = await server.admit(session, 1, [ann, bob], {
      topic: 'tea',
      mode: 0x10,
      memberModes: [0, 3, 2],
    });
    expect(channel).toMatchObject({ id: channelNumber(1), name: 'channel1', topic: 'tea', mode: 0x10 });
    expect(names(channel)).toEqual(['me', 'ann', 'bob']);
    expect(channel.members.get(ann)).toMatchObject({
      mode: 3,
      user: { realName: 'ann Real', server: 'silc.test' },
    });
    expect(session.channelByName('CHANNEL1')).toBe(channel);
    expect(server.asked).toEqual([[ann, bob]]);
  });

  it('asks one by one when somebody in a chunk has gone, and drops that member when USERS does not know it', async () => {
    const { session, server, log } = await start();
    const [ann, gone] = [server.person('ann'), idOf('gone')];
    const channel = await server.admit(session, 1, [ann, gone]);
    expect(server.asked).toEqual([[ann, gone], [ann], [gone]]);
    expect(names(channel)).toEqual(['me', 'ann', undefined]);
    const { ident, request } = await server.next(commands.users);
    expect(request.channelId).toBe(channel.id);
    const reply = { channelId: channel.id, members: [server.clientId, ann], memberModes: [0, 0] };
    await server.reply(encodeReply(commands.users, ident, reply));
    const left = await log.find('member-left');
    expect(left).toMatchObject({ cause: { kind: 'vanished' }, self: false, user: { clientId: gone } });
    expect(names(channel)).toEqual(['me', 'ann']);
  });

  it('rejects with the status of the server', async () => {
    const { session, server } = await start();
    const joining = session.join('locked', { passphrase: 'wrong' });
    const { request, ident } = await server.next(commands.join);
    expect(request).toMatchObject({ name: 'locked', passphrase: 'wrong', clientId: session.self.clientId });
    await server.reply(encodeErrorReply(14, ident, 33));
    await expect(joining).rejects.toMatchObject({ code: 'command', status: 33 });
    expect(session.channels.size).toBe(0);
  });

  it('gives the channel at hand when the server says that one is on it already', async () => {
    const { session, server } = await start();
    const channel = await server.admit(session, 1);
    const again = session.join('channel1');
    const { ident } = await server.next(commands.join);
    await server.reply(encodeErrorReply(14, ident, 27));
    expect(await again).toMatchObject({ channel, created: false, mode: 3 });
  });

  it('refuses names that are no channel names', async () => {
    const { session } = await start();
    await expect(session.join('')).rejects.toThrow(withCode('bad-string'));
    await expect(session.join('two words')).rejects.toThrow(withCode('bad-string'));
    await expect(session.join('x'.repeat(257))).rejects.toThrow(withCode('limit'));
  });

  it('leaves a channel again when its caller has given up before the reply', async () => {
    const { session, server } = await start();
    const controller = new AbortController();
    const joining = session.join('channel1', { signal: controller.signal });
    const { ident } = await server.next(commands.join);
    controller.abort();
    await expect(joining).rejects.toThrow(withCode('timeout'));
    await server.reply(encodeReply(commands.join, ident, server.joinReply(1)));
    const left = await server.next(commands.leave);
    expect(left.request.channelId).toBe(channelNumber(1));
    expect(session.channels.size).toBe(0);
  });

  it('leaves a channel whose JOIN was answered too late', async () => {
    const { session, server } = await start({ commandTimeoutMs: 50 });
    const joining = session.join('channel1');
    const { ident } = await server.next(commands.join);
    await expect(joining).rejects.toThrow(withCode('timeout'));
    await server.reply(encodeReply(commands.join, ident, server.joinReply(1)));
    expect((await server.next(commands.leave)).request.channelId).toBe(channelNumber(1));
  });

  it('is not on a channel any more whose LEAVE was answered too late', async () => {
    const { session, server, log } = await start({ commandTimeoutMs: 50 });
    const channel = await server.admit(session, 1);
    const leaving = session.leave(channel.id);
    const { ident } = await server.next(commands.leave);
    await expect(leaving).rejects.toThrow(withCode('timeout'));
    expect(session.channels.size).toBe(1);
    await server.reply(encodeReply(commands.leave, ident, { channelId: channel.id }));
    expect(await log.find('member-left')).toMatchObject({ channel, self: true, cause: { kind: 'leave' } });
    expect(session.channels.size).toBe(0);
  });

  it('leaves the channel that is one too many', async () => {
    const { session, server } = await start();
    for (let n = 0; n < 256; n++) await server.admit(session, n);
    await expect(server.admit(session, 256)).rejects.toThrow(withCode('overflow'));
    expect((await server.next(commands.leave)).request.channelId).toBe(channelNumber(256));
    expect(session.channels.size).toBe(256);
  });

  it('keeps what others change of a member who takes another nickname meanwhile', async () => {
    const { session, server } = await start();
    const carol = server.person('carol');
    const { id } = await server.admit(session, 1, [carol], { memberModes: [3, 0] });
    const changing = session.setMemberMode(id, carol, { set: ChannelUserMode.operator });
    const { ident, request } = await server.next(commands.cumode);
    const newId = idOf('caroline');
    await server.notify({ type: 'nick-change', oldId: carol, newId, nickname: 'caroline' });
    const { quiet, operator } = ChannelUserMode;
    const by = clientId(idOf('dave'));
    await server.tellChannel(id, { type: 'cumode-change', by, mode: quiet, target: newId });
    await server.reply(encodeReply(commands.cumode, ident, request));
    const again = await server.next(commands.cumode);
    expect(again.request).toMatchObject({ clientId: newId, mode: quiet | operator });
    await server.reply(encodeReply(commands.cumode, again.ident, again.request));
    await changing;
  });

  it('makes again what others have changed, also where they repeat what an own stale mask took back', async () => {
    const { session, server } = await start();
    const { id } = await server.admit(session, 1);
    const { topic, secret, silenceUsers } = ChannelMode;
    const changing = session.setChannelMode(id, { set: secret });
    const { ident, request } = await server.next(commands.cmode);
    expect(request.mode).toBe(secret);
    const told = (by: ClientId, mode: number): Promise<void> =>
      server.tellChannel(id, { type: 'cmode-change', by: clientId(by), mode });
    const other = idOf('dave');
    await told(other, topic);
    await told(session.self.clientId, secret);
    await told(other, secret | silenceUsers);
    const mode = secret | silenceUsers;
    await server.reply(encodeReply(commands.cmode, ident, { channelId: id, mode: secret }));
    const query = await server.next(commands.cmode);
    expect(query.request.mode).toBeUndefined();
    await server.reply(encodeReply(commands.cmode, query.ident, { channelId: id, mode }));
    const again = await server.next(commands.cmode);
    expect(again.request.mode).toBe(topic | secret | silenceUsers);
    await server.reply(encodeReply(commands.cmode, again.ident, { channelId: id, mode: mode | topic }));
    await changing;
  });

  it('tells of what happens on a channel only after join has given it', async () => {
    const { session, server, log } = await start();
    server.people.set(idOf('late'), { clientId: idOf('late'), nickname: 'late@s', user: 'late@h' });
    const order: string[] = [];
    session.subscribe(({ type }) => order.push(type));
    const joining = session.join('channel1').then(() => order.push('joined'));
    const { ident } = await server.next(commands.join);
    void server.reply(encodeReply(commands.join, ident, server.joinReply(1)));
    void server.channelKey(channelNumber(1), 2);
    void server.tellChannel(channelNumber(1), {
      type: 'topic-set',
      by: clientId(idOf('late')),
      topic: 'new',
    });
    void server.channelMessage(channelNumber(1), idOf('late'), 2, 'hello');
    await joining;
    await log.find('channel-message');
    expect(order.slice(0, 4)).toEqual(['joined', 'topic-changed', 'member-joined', 'channel-message']);
  });

  it('tells nothing of a channel after leaving it', async () => {
    const { session, server, log } = await start();
    const channel = await server.admit(session, 1);
    server.on(commands.leave, ({ channelId: id }, { ident }) => {
      void server.tellChannel(id, { type: 'topic-set', by: clientId(idOf('x')), topic: 'last' });
      return [encodeReply(commands.leave, ident, { channelId: id })];
    });
    log.clear();
    await session.leave(channel.id);
    await server.channelMessage(channel.id, idOf('x'), 1, 'who is there');
    await caughtUp(session);
    expect(session.channels.size).toBe(0);
    expect(types(log)).not.toContain('channel-message');
    expect(types(log)).not.toContain('member-left');
    await expect(session.say(channel.id, 'still here?')).rejects.toThrow(withCode('usage'));
  });
});

describe('who is on a channel', () => {
  it('tells a joiner by name, and what the joiner says afterwards in its order', async () => {
    const { session, server, log } = await start();
    const channel = await server.admit(session, 1);
    const ann = server.person('ann');
    server.on(commands.whois, () => undefined);
    await server.channelKey(channel.id, 2);
    await server.tellChannel(channel.id, { type: 'join', clientId: ann, channelId: channel.id });
    await server.channelMessage(channel.id, ann, 2, 'hello');
    await server.tellChannel(channel.id, { type: 'leave', clientId: ann });
    const { ident } = await server.next(commands.whois);
    await caughtUp(session);
    expect(log.events).toEqual([]);
    await server.reply(encodeReply(commands.whois, ident, server.people.get(ann)!));
    await log.find('member-left');
    expect(types(log)).toEqual(['member-joined', 'channel-message', 'member-left']);
    const [joined] = log.of('member-joined');
    expect(joined?.member.user).toMatchObject({ nickname: 'ann', username: 'ann' });
  });

  it('shows a joiner whom the server does not know, and compares the members', async () => {
    const { session, server, log } = await start();
    const channel = await server.admit(session, 1);
    await server.tellChannel(channel.id, { type: 'join', clientId: idOf('ghost'), channelId: channel.id });
    const joined = await log.find('member-joined');
    expect(joined.member.user.nickname).toBeUndefined();
    // The name comes with a NICK, which tells it too.
    const [oldId, newId] = [idOf('ghost'), idOf('casper')];
    await server.notify({ type: 'nick-change', oldId, newId, nickname: 'casper' });
    const resolved = await log.find('user-resolved');
    expect(resolved.user).toMatchObject({ nickname: 'casper', clientId: newId });
    expect(names(channel)).toEqual(['me', 'casper']);
  });

  it('follows KICK, KILL and SIGNOFF, with who did it and why', async () => {
    const { session, server, log } = await start();
    const [ann, bob, eve] = [server.person('ann'), server.person('bob'), server.person('eve')];
    const channel = await server.admit(session, 1, [ann, bob, eve]);
    const by = clientId(ann);
    await server.tellChannel(channel.id, { type: 'kicked', clientId: bob, comment: 'out', by });
    await server.notify({ type: 'killed', clientId: eve, comment: 'spam', by });
    await server.tellChannel(channel.id, { type: 'signoff', clientId: ann, message: 'bye' });
    await log.find('member-left', ({ cause }) => cause.kind === 'signoff');
    const user = expect.objectContaining({ nickname: 'ann' }) as unknown;
    expect(log.of('member-left').map(({ cause }) => cause)).toEqual([
      { kind: 'kicked', comment: 'out', by: user },
      { kind: 'killed', comment: 'spam', by: user },
      { kind: 'signoff', message: 'bye' },
    ]);
    expect(names(channel)).toEqual(['me']);
  });

  it('loses the channel when kicked, and the session when killed', async () => {
    const { session, server, log, me } = await start();
    const one = await server.admit(session, 1);
    await server.admit(session, 2);
    await server.tellChannel(one.id, { type: 'kicked', clientId: me });
    expect(await log.find('member-left')).toMatchObject({ self: true, channel: { id: one.id } });
    expect([...session.channels.keys()]).toEqual([channelNumber(2)]);
    await server.notify({ type: 'killed', clientId: me, comment: 'spam' });
    server.connection.destroy();
    const { error } = await log.find('closed');
    expect(error).toBeInstanceOf(SilcKilledError);
    expect(error).toMatchObject({ code: 'disconnected', text: 'spam' });
    expect(log.of('member-left').map(({ cause }) => cause.kind)).toEqual(['kicked', 'killed']);
  });

  it('takes the sender of a message whom it does not know for a member that it has missed', async () => {
    const { session, server, log } = await start();
    const channel = await server.admit(session, 1);
    const ann = server.person('ann');
    await server.channelMessage(channel.id, ann, 1, 'hello');
    expect(await log.find('channel-message')).toMatchObject({ sender: { nickname: 'ann' } });
    expect(types(log)).toEqual(['member-joined', 'channel-message']);
    const { ident } = await server.next(commands.users);
    const reply = { channelId: channel.id, members: [server.clientId, ann], memberModes: [3, 2] };
    await server.reply(encodeReply(commands.users, ident, reply));
    expect(await log.find('member-mode-changed')).toMatchObject({
      oldMode: 0,
      member: { mode: 2, user: { nickname: 'ann' } },
    });
  });

  it('takes the sender off again when the server knows nothing of it on the channel', async () => {
    const { session, server, log } = await start();
    const channel = await server.admit(session, 1);
    await server.channelMessage(channel.id, server.person('ann'), 1, 'hello');
    const { ident } = await server.next(commands.users);
    const reply = { channelId: channel.id, members: [server.clientId], memberModes: [3] };
    await server.reply(encodeReply(commands.users, ident, reply));
    await log.find('member-left');
    expect(types(log)).toEqual(['member-joined', 'channel-message', 'member-left']);
    expect(names(channel)).toEqual(['me']);
  });

  it('reflects modes and topic, with the mode before', async () => {
    const { session, server, log, me } = await start();
    const ann = server.person('ann');
    const channel = await server.admit(session, 1, [ann]);
    const by = clientId(ann);
    await server.tellChannel(channel.id, { type: 'cmode-change', by, mode: 0x20, userLimit: 9 });
    await server.tellChannel(channel.id, { type: 'cumode-change', by, mode: 2, target: me });
    await server.tellChannel(channel.id, { type: 'cumode-change', by, mode: 3, target: me });
    await server.tellChannel(channel.id, { type: 'topic-set', by, topic: 'tea' });
    await log.find('topic-changed');
    expect(channel).toMatchObject({ mode: 0x20, userLimit: 9, topic: 'tea' });
    expect(log.of('member-mode-changed').map(({ oldMode, member }) => [oldMode, member.mode])).toEqual([
      [0, 2],
      [2, 3],
    ]);
    expect(JSON.stringify(log.of('channel-mode-changed')[0]?.oldMode)).toBe('0');
  });

  it('keeps somebody under a new Client ID, and leads late packets of the old one there', async () => {
    const { session, server, log } = await start();
    const ann = server.person('ann');
    const channel = await server.admit(session, 1, [ann]);
    const [user] = [...channel.members.values()].slice(-1).map((member) => member.user);
    const anna = idOf('anna');
    await server.notify({ type: 'nick-change', oldId: ann, newId: anna, nickname: 'anna' });
    await server.privateMessage(ann, 'late');
    const message = await log.find('private-message');
    expect(message.sender).toBe(user);
    expect(user).toMatchObject({ nickname: 'anna', clientId: anna });
    expect(await log.find('nick-changed')).toMatchObject({
      oldClientId: ann,
      oldNickname: 'ann',
      self: false,
    });
    await session.tell(ann, 'hello');
    expect((await server.nextPacket(PacketType.privateMessage)).destination).toEqual(clientId(anna));
  });
});

describe('the own nickname', () => {
  it('changes with the reply, and messages wait for it', async () => {
    const { session, server, log, me } = await start();
    const channel = await server.admit(session, 1);
    const renamed = idOf('you');
    const changing = session.nick('you');
    const { ident } = await server.next(commands.nick);
    const said = [
      session.say(channel.id, 'one'),
      session.tell(idOf('ann'), 'two'),
      session.say(channel.id, 'three'),
    ];
    await server.notify({ type: 'nick-change', oldId: renamed, newId: renamed, nickname: 'you' });
    server.moveClient(renamed);
    expect(server.packets).toEqual([]);
    await server.reply(encodeReply(commands.nick, ident, { clientId: renamed, nickname: 'you' }));
    await Promise.all([changing, ...said]);
    await server.nextPacket(PacketType.privateMessage);
    await server.nextPacket(PacketType.channelMessage);
    const last = await server.nextPacket(PacketType.channelMessage);
    expect(last.source).toEqual(clientId(renamed));
    expect(session.self).toMatchObject({ nickname: 'you', clientId: renamed });
    expect(channel.members.get(renamed)?.user).toBe(session.self);
    await log.find('nick-changed');
    expect(log.of('nick-changed')).toMatchObject([{ self: true, oldClientId: me, oldNickname: 'me' }]);
  });

  it('stays when the server refuses, and messages go out', async () => {
    const { session, server } = await start();
    const changing = session.nick('taken');
    const { ident } = await server.next(commands.nick);
    const told = session.tell(idOf('ann'), 'hello');
    await server.reply(encodeErrorReply(4, ident, 43));
    await expect(changing).rejects.toMatchObject({ status: 43 });
    await told;
    expect(session.self.nickname).toBe('me');
  });

  it('is the one of the notify when the reply is lost', async () => {
    const { session, server, log } = await start({ commandTimeoutMs: 200 });
    const changing = session.nick('you');
    await server.next(commands.nick);
    await server.notify({
      type: 'nick-change',
      oldId: session.self.clientId,
      newId: idOf('you'),
      nickname: 'you',
    });
    await changing;
    expect(session.self).toMatchObject({ nickname: 'you', clientId: idOf('you') });
    expect(log.of('nick-changed')).toHaveLength(1);
  });

  it('changes when the server changes it by itself', async () => {
    const { session, server, log, me } = await start();
    await server.notify({ type: 'nick-change', oldId: me, newId: idOf('other'), nickname: 'other' });
    await log.find('nick-changed');
    server.moveClient(idOf('other'));
    await caughtUp(session);
    expect(session.self.nickname).toBe('other');
  });

  it('survives two changes at once', async () => {
    const { session, server } = await start();
    server.on(commands.nick, ({ nickname }, { ident }) => {
      server.moveClient(idOf(nickname));
      return [encodeReply(commands.nick, ident, { clientId: idOf(nickname), nickname })];
    });
    const told = [session.nick('one'), session.nick('two'), session.tell(idOf('ann'), 'hello')];
    await Promise.all(told);
    // Between the two it had an ID that counted.
    expect((await server.nextPacket(PacketType.privateMessage)).source).toEqual(clientId(idOf('one')));
    await session.tell(idOf('ann'), 'again');
    expect((await server.nextPacket(PacketType.privateMessage)).source).toEqual(clientId(idOf('two')));
  });

  it('is refused when it is no nickname', async () => {
    const { session, server } = await start();
    await expect(session.nick('a@b')).rejects.toThrow(withCode('bad-string'));
    await expect(session.nick('ä'.repeat(65))).rejects.toThrow(withCode('limit'));
    await expect(session.nick('')).rejects.toThrow(withCode('bad-string'));
    expect(server.seen).toEqual([]);
  });
});

describe('messages', () => {
  it('have the same digest at both ends and carry kind and text', async () => {
    const { session, server } = await start();
    const channel = await server.admit(session, 1);
    const sent = await session.say(channel.id, 'waves ☃', { kind: 'action' });
    const packet = await server.nextPacket(PacketType.channelMessage);
    expect(Buffer.from(nodeBackend.hash('sha256', packet.payload)).toString('hex')).toBe(sent.digest);
    await session.tell(idOf('ann'), 'note', { kind: 'notice' });
    const told = decodeMessage((await server.nextPacket(PacketType.privateMessage)).payload);
    expect(told).toMatchObject({ flags: 0x0108, data: utf8('note') });
  });

  it('are opened with keys that were replaced a moment ago', async () => {
    const { session, server, log } = await start();
    const ann = server.person('ann');
    const channel = await server.admit(session, 1, [ann]);
    await server.channelKey(channel.id, 2);
    await server.channelMessage(channel.id, ann, 1, 'old key');
    await server.channelMessage(channel.id, ann, 2, 'new key');
    await server.channelMessage(channel.id, ann, 9, 'no key');
    const lost = await log.find('channel-message-undecryptable');
    expect(lost.senderId).toBe(ann);
    expect(log.texts).toEqual(['old key', 'new key']);
  });

  it('are refused when empty or too long, or where nobody could read them', async () => {
    const { session, server } = await start();
    const channel = await server.admit(session, 1);
    await expect(session.say(channel.id, '')).rejects.toThrow(withCode('usage'));
    await expect(session.say(channel.id, 'ä'.repeat(32_001))).rejects.toThrow(withCode('limit'));
    await expect(session.say(channelNumber(9), 'x')).rejects.toThrow(withCode('usage'));
    await expect(session.tell(idOf('ann'), '')).rejects.toThrow(withCode('usage'));
    await session.say(channel.id, 'ä'.repeat(32_000));
    await server.tellChannel(channel.id, { type: 'cmode-change', by: clientId(idOf('x')), mode: 4 });
    await caughtUp(session);
    await expect(session.say(channel.id, 'x')).rejects.toThrow(withCode('unsupported'));
  });

  it('of unknown people wait for the name, in order, and do not hold up others', async () => {
    const { session, server, log } = await start();
    const [ann, bob] = [server.person('ann'), server.person('bob')];
    const answers: (() => void)[] = [];
    server.on(commands.whois, ({ ids = [] }, { ident }) => {
      const [id] = ids;
      const answer = () => void server.reply(encodeReply(commands.whois, ident, server.people.get(id!)!));
      if (id === ann) answers.push(answer);
      else answer();
      return [];
    });
    for (const text of ['1', '2']) await server.privateMessage(ann, text);
    await server.privateMessage(bob, '3');
    await log.find('private-message');
    expect(log.texts).toEqual(['3']);
    answers[0]?.();
    await log.find('private-message', ({ message }) => message.text === '2');
    expect(log.texts).toEqual(['3', '1', '2']);
    expect(log.of('private-message')[1]).toMatchObject({
      sender: { nickname: 'ann' },
      protection: 'session',
    });
    expect(session.state).toBe('ready');
  });

  it('in a tunnel of a key exchange are not shown', async () => {
    const { session, server, log } = await start();
    const ann = server.person('ann');
    const tunnel = { flags: 0x0800, data: Uint8Array.of(1, 2, 3) };
    await server.privateMessage(ann, tunnel, PacketFlag.privmsgKey);
    await server.send(PacketType.privateMessageKey, Uint8Array.of(0, 0, 0, 0), { source: clientId(ann) });
    await server.privateMessage(ann, 'readable', PacketFlag.privmsgKey);
    await log.find('private-message');
    expect(log.texts).toEqual(['readable']);
    expect(session.state).toBe('ready');
  });

  it('without the UTF8 flag are UTF-8 or Latin-1, and MIME has no text', async () => {
    const { server, log } = await start();
    const ann = server.person('ann');
    await server.privateMessage(ann, { flags: 0, data: Uint8Array.of(0x68, 0xe4) });
    await server.privateMessage(ann, { flags: 0, data: utf8('hä') });
    await server.privateMessage(ann, { flags: 0x80, data: utf8('Content-Type: text/plain\r\n\r\nx') });
    await server.privateMessage(ann, { flags: 0x0003 | 0x0100, data: utf8('away') });
    await log.find('private-message', ({ message }) => message.text === 'away');
    expect(log.of('private-message').map(({ message }) => [message.kind, message.text])).toEqual([
      ['text', 'hä'],
      ['text', 'hä'],
      ['mime', undefined],
      ['text', 'away'],
    ]);
    expect(server.packets).toEqual([]);
  });
});

describe('signed messages', () => {
  const signerKey = testKeyPair('k2048v1');
  const signer = { key: signerKey.privateKey };
  const signed = (text: string) => ({ flags: 0x0100, data: utf8(text), signer });
  const known = { fingerprint: fingerprintBytes(nodeBackend, signerKey.publicKey) };
  const keyReply = {
    publicKey: encodePayload(publicKeyPayload, { type: 1, data: signerKey.publicKey.encoded }),
  };

  it('are verified with the key that GETKEY gives, asked for once', async () => {
    const { session, server, log } = await start();
    const ann = server.person('ann', 1, known);
    const channel = await server.admit(session, 1, [ann]);
    server.on(commands.getkey, ({ id }, { ident }) => [
      encodeReply(commands.getkey, ident, { id, ...keyReply }),
    ]);
    for (const text of ['1', '2', '3']) await server.channelMessage(channel.id, ann, 1, signed(text));
    await server.privateMessage(ann, signed('4'));
    await log.find('private-message');
    await log.find('channel-message', ({ message }) => message.text === '3');
    expect(log.of('channel-message').map(({ message }) => message.signature)).toEqual(
      Array<string>(3).fill('verified'),
    );
    expect(server.seen.filter((name) => name === 'GETKEY')).toHaveLength(1);
  });

  it('are verified with a key that comes along only when it is the sender’s', async () => {
    const { server, log } = await start();
    const embedded = { ...signed('x'), signer: { ...signer, publicKey: signerKey.publicKey.encoded } };
    const ann = server.person('ann', 1, known);
    const eve = server.person('eve', 1, { fingerprint: new Uint8Array(20) });
    await server.privateMessage(ann, embedded);
    await server.privateMessage(eve, embedded);
    await log.find('private-message', ({ sender }) => sender.nickname === 'eve');
    expect(
      log.of('private-message').map(({ sender, message }) => [sender.nickname, message.signature]),
    ).toEqual([
      ['ann', 'verified'],
      ['eve', 'failed'],
    ]);
  });

  it('are shown as of an unknown key where there is none, and in order', async () => {
    const { session, server, log } = await start();
    const ann = server.person('ann', 1, known);
    const channel = await server.admit(session, 1, [ann]);
    server.on(commands.getkey, (_request, { ident }) => [encodeErrorReply(26, ident, 22)]);
    await server.channelMessage(channel.id, ann, 1, signed('signed'));
    await server.channelMessage(channel.id, ann, 1, 'plain');
    await log.find('channel-message', ({ message }) => message.text === 'plain');
    expect(log.of('channel-message').map(({ message }) => [message.text, message.signature])).toEqual([
      ['signed', 'unknown-key'],
      ['plain', 'none'],
    ]);
  });

  it('with a signature of somebody else have failed', async () => {
    const { server, log } = await start();
    const other = testKeyPair('k1024v1');
    const ann = server.person('ann', 1, known);
    server.on(commands.getkey, ({ id }, { ident }) => [
      encodeReply(commands.getkey, ident, { id, ...keyReply }),
    ]);
    await server.privateMessage(ann, { flags: 0, data: utf8('x'), signer: { key: other.privateKey } });
    expect((await log.find('private-message')).message.signature).toBe('failed');
  });
});

describe('commands', () => {
  it('compose complete masks', async () => {
    const { session, server, me } = await start();
    const channel = await server.admit(session, 1, [], { mode: 0x11 });
    const asked: unknown[] = [];
    server.on(commands.cmode, (request, { ident }) => {
      asked.push(request.mode, request.userLimit, request.passphrase);
      return [encodeReply(commands.cmode, ident, { channelId: channel.id, mode: 0 })];
    });
    server.on(commands.cumode, (request, { ident }) => {
      asked.push(request.mode);
      return [encodeReply(commands.cumode, ident, request)];
    });
    server.on(commands.umode, (request, { ident }) => [
      encodeReply(commands.umode, ident, { mode: request.mode ?? 0 }),
    ]);
    await session.setChannelMode(channel.id, { set: 0x20, clear: 1, userLimit: 5 });
    await session.setMemberMode(channel.id, me, { set: 4, clear: 1 });
    await session.setUserMode({ set: 4 });
    await session.setUserMode({ set: 8, clear: 4 });
    expect(asked).toEqual([0x30, 5, undefined, 6]);
    expect(session.self.mode).toBe(8);
  });

  it('take a passphrase away before setting another one', async () => {
    const { session, server } = await start();
    const channel = await server.admit(session, 1, [], { mode: 0x40 });
    const asked: unknown[] = [];
    server.on(commands.cmode, (request, { ident }) => {
      asked.push([request.mode, request.passphrase]);
      return [encodeReply(commands.cmode, ident, { channelId: channel.id, mode: 0 })];
    });
    await session.setChannelMode(channel.id, { set: 0x40, passphrase: 'new' });
    expect(asked).toEqual([
      [0, undefined],
      [0x40, 'new'],
    ]);
  });

  it('find people, or nobody', async () => {
    const { session, server } = await start();
    server.person('ann', 1, { channels: [{ name: 'c', channelId: channelNumber(1), mode: 0 }] });
    server.on(commands.whois, ({ nickname, ids = [] }, { ident }) => {
      const found = [...server.people.values()].find(
        (person) => ids.includes(person.clientId) || person.nickname === `${nickname ?? ''}@silc.test`,
      );
      return [
        found === undefined
          ? encodeErrorReply(1, ident, ids.length > 0 ? 54 : 10)
          : encodeReply(commands.whois, ident, found),
      ];
    });
    expect(await session.whois('ann')).toMatchObject([
      { user: { nickname: 'ann' }, channels: [{ name: 'c' }] },
    ]);
    expect(await session.whois('bob')).toEqual([]);
    expect(await session.whoisById(idOf('ann'))).toMatchObject({ user: { nickname: 'ann' } });
    expect(await session.whoisById(idOf('bob'))).toBeUndefined();
    const asked = server.seen.length;
    expect(await session.whoisById(idOf('bob'))).toBeUndefined();
    expect(server.seen).toHaveLength(asked);
    await expect(session.whois('')).rejects.toThrow(withCode('bad-string'));
  });

  it('list channels, and none on an empty network', async () => {
    const { session, server } = await start();
    const listing = session.list();
    const first = await server.next(commands.list);
    const one = { channelId: channelNumber(1), name: 'a', topic: '*private*', users: 0 };
    const two = { channelId: channelNumber(2), name: 'b', topic: 'tea', users: 4 };
    await server.reply(encodeReply(commands.list, first.ident, one, 'start'));
    await server.reply(encodeReply(commands.list, first.ident, two, 'end'));
    expect(await listing).toEqual([
      { id: channelNumber(1), name: 'a', topic: undefined, users: 0 },
      { id: channelNumber(2), name: 'b', topic: 'tea', users: 4 },
    ]);
    const empty = session.list();
    const second = await server.next(commands.list);
    await server.reply(encodeReply(commands.list, second.ident, {}));
    expect(await empty).toEqual([]);
  });

  it('read the ban list without its NULs', async () => {
    const { session, server } = await start();
    const channel = await server.admit(session, 1);
    server.on(commands.ban, ({ action }, { ident }) => [
      encodeReply(commands.ban, ident, {
        channelId: channel.id,
        entries: action === undefined ? [maskEntry('evil*\0'), maskEntry('bad')] : [],
      }),
    ]);
    await session.ban(channel.id, 'add', 'bad');
    expect(await session.bans(channel.id)).toEqual(['evil*', 'bad']);
    await expect(session.ban(channel.id, 'add', 'a,b')).rejects.toThrow(withCode('bad-string'));
  });

  it('refuse what the server would cut or drop', async () => {
    const { session, server, me } = await start();
    const channel = await server.admit(session, 1);
    await expect(session.setTopic(channel.id, 'x'.repeat(257))).rejects.toThrow(withCode('limit'));
    await expect(session.setTopic(channel.id, '')).rejects.toThrow(withCode('bad-string'));
    await expect(session.kick(channel.id, me, 'x'.repeat(129))).rejects.toThrow(withCode('limit'));
  });

  it('check a public key against the fingerprint of its owner', async () => {
    const { session, server } = await start();
    const { publicKey } = testKeyPair('k2048v1');
    const ann = server.person('ann', 1, { fingerprint: fingerprintBytes(nodeBackend, publicKey) });
    const eve = server.person('eve', 1, { fingerprint: new Uint8Array(20) });
    const bob = server.person('bob');
    await server.admit(session, 1, [ann, eve, bob]);
    const payload = encodePayload(publicKeyPayload, { type: 1, data: publicKey.encoded });
    server.on(commands.getkey, ({ id }, { ident }) => [
      encodeReply(commands.getkey, ident, {
        id,
        publicKey: id.type === 2 && id.id === bob ? undefined : payload,
      }),
    ]);
    expect((await session.getKey(ann))?.encoded).toEqual(publicKey.encoded);
    await expect(session.getKey(eve)).rejects.toThrow(withCode('authentication'));
    expect(await session.getKey(bob)).toBeUndefined();
  });
});

describe('other events', () => {
  it('tell invitations with their author', async () => {
    const { server, log } = await start();
    const inviter = server.person('ann');
    await server.notify({ type: 'invite', channelId: channelNumber(7), channelName: 'party', inviter });
    expect(await log.find('invited')).toMatchObject({ channelName: 'party', by: { nickname: 'ann' } });
  });

  it('tell messages that could not be delivered', async () => {
    const { server, log } = await start();
    await server.notify({ type: 'error', status: 22, id: clientId(idOf('gone')) });
    await server.notify({ type: 'error', status: 23, id: channelId(channelNumber(3)) });
    await log.find('delivery-failed', (event) => event.channelId !== undefined);
    expect(log.of('delivery-failed')).toMatchObject([
      { clientId: idOf('gone') },
      { channelId: channelNumber(3) },
    ]);
  });

  it('do not come from packets in which another client speaks for the server', async () => {
    const { session, server, log, me } = await start();
    const channel = await server.admit(session, 1);
    const ann = server.person('ann');
    const { encodeNotify, notifyPayload } = await import('../../../src/silc/packets/notify.js');
    const payload = encodePayload(notifyPayload, encodeNotify({ type: 'kicked', clientId: me }));
    const addresses = { source: clientId(ann), destination: channelId(channel.id) };
    await server.send(PacketType.notify, payload, addresses);
    await caughtUp(session);
    expect(log.events).toEqual([]);
    expect(session.channels.size).toBe(1);
  });

  it('survive packets that are malformed, unknown or out of place', async () => {
    const { session, server } = await start();
    const channel = await server.admit(session, 1);
    for (let type = 2; type < 30; type++) {
      // Those of the connection itself are its own business.
      if ([3, 13, 14, 15, 22, 23].includes(type)) continue;
      for (const octets of [1, 5, 40]) {
        const payload = nodeBackend.randomBytes(octets);
        await server.send(type, payload);
        await server.send(type, payload, { source: clientId(idOf('x')), destination: channelId(channel.id) });
      }
    }
    await caughtUp(session);
    expect(session.state).toBe('ready');
  });

  it('reach every listener although one throws', async () => {
    const { session, server, log } = await start();
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => warnings.push(warning);
    process.on('warning', onWarning);
    session.subscribe(() => {
      throw new Error('listener broke');
    });
    const second = new EventLog(session);
    await server.notify({ type: 'none', text: 'hello' });
    await second.find('server-notice');
    expect(log.events).toHaveLength(1);
    await new Promise<void>((resolve) => setImmediate(resolve));
    process.off('warning', onWarning);
    expect(String(warnings[0])).toContain('listener broke');
    expect(session.state).toBe('ready');
  });
});

describe('the end', () => {
  it('comes once, after QUIT without an error', async () => {
    const { session, server, log } = await start();
    await session.quit('ä'.repeat(70));
    expect(server.seen).toEqual(['QUIT']);
    await session.quit();
    session.destroy();
    expect(log.of('closed')).toEqual([{ type: 'closed', error: undefined }]);
    expect(session.state).toBe('closed');
    await expect(session.ping()).rejects.toThrow(withCode('closed'));
  });

  it('tells the reason of the server', async () => {
    const { server, log } = await start();
    const payload = encodePayload(disconnectPayload, { status: 48, text: 'too many' });
    await server.send(PacketType.disconnect, payload);
    const { error } = await log.find('closed');
    expect(error).toMatchObject({ code: 'disconnected', status: 48, text: 'too many' });
  });

  it('is an error when the server just closes, and rejects all that is under way', async () => {
    const { session, server, log } = await start();
    const whois = session.whois('ann');
    const joining = session.join('c');
    await server.next(commands.whois);
    server.connection.destroy();
    await expect(whois).rejects.toBeInstanceOf(SilcError);
    await expect(joining).rejects.toThrow(withCode('closed'));
    expect((await log.find('closed')).error).toMatchObject({ code: 'closed' });
  });

  it('delivers what waited for a name before it', async () => {
    const { server, log } = await start();
    const ann = server.person('ann');
    server.on(commands.whois, () => []);
    await server.privateMessage(ann, 'hello');
    await server.send(PacketType.disconnect, Uint8Array.of(0));
    await log.find('closed');
    expect(types(log)).toEqual(['private-message', 'closed']);
  });

  it('comes when the server does not answer PING', async () => {
    const { server, log } = await start({ liveness: { intervalMs: 20, timeoutMs: 50 } });
    server.on(commands.ping, () => []);
    expect((await log.find('closed')).error).toMatchObject({ code: 'timeout' });
  });

  it('does not come while PING is answered', async () => {
    const { session, server } = await start({ liveness: { intervalMs: 5, timeoutMs: 1_000 } });
    while (server.seen.filter((name) => name === 'PING').length < 20) await caughtUp(session);
    expect(session.state).toBe('ready');
  });

  it('wipes the keys of the channels', async () => {
    const { session, server } = await start();
    await server.admit(session, 1);
    session.destroy();
    await expect(session.say(channelNumber(1), 'x')).rejects.toThrow(withCode('closed'));
    expect([...session.channels.values()].map((channel) => 'keys' in channel && channel.keys)).toMatchObject([
      { size: 0 },
    ]);
  });

  it('goes on over a rekey', async () => {
    const { session, server, log } = await start();
    await session.rekey();
    await log.find('rekeyed');
    await server.notify({ type: 'none', text: 'still here' });
    await log.find('server-notice');
    await session.ping();
  });
});
