import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeReply } from '../../../../src/silc/commands/index.js';
import { type ClientId, clientId } from '../../../../src/silc/ids.js';
import type { Notify } from '../../../../src/silc/packets/notify.js';
import { channelNumber, idOf, scriptedSession } from '../../../support/scripted-server.js';
import { EventLog } from '../../../support/session-events.js';
import { withCode } from '../../../support/silc-error.js';

const sessions: SilcSession[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const session of sessions.splice(0)) session.destroy();
});

async function start() {
  const { session, server } = await scriptedSession();
  sessions.push(session);
  return { session, server, log: new EventLog(session) };
}

describe('members', () => {
  it('are let go once where the server does not know of oneself any more', async () => {
    const { session, server, log } = await start();
    const [ann, bob, zoe] = [server.person('ann'), server.person('bob'), server.person('zoe')];
    const { id } = await server.admit(session, 1, [ann, bob]);
    // Somebody of whom nothing is known makes the session ask.
    await server.tellChannel(id, {
      type: 'cumode-change',
      target: zoe,
      mode: 1,
      by: clientId(session.self.clientId),
    });
    const { ident } = await server.next(commands.users);
    const reply = { channelId: id, members: [zoe], memberModes: [0] };
    await server.reply(encodeReply(commands.users, ident, reply));
    const { self, cause } = await log.find('member-left');
    await session.ping();
    expect([self, cause]).toEqual([true, { kind: 'vanished' }]);
    expect(log.of('member-left')).toHaveLength(1);
    expect(session.channels.size).toBe(0);
  });

  it('who sign off are forgotten: who has the Client ID next is somebody else', async () => {
    const { session, server, log } = await start();
    const fingerprint = (n: number) => new Uint8Array(20).fill(n);
    const ann = server.person('ann', 1, { fingerprint: fingerprint(1) });
    const [one, two] = [await server.admit(session, 1, [ann]), await server.admit(session, 2, [ann])];
    const before = one.members.get(ann)?.user;
    expect(before?.fingerprint).toBe('01'.repeat(20));
    // A server tells it on each channel.
    await server.tellChannel(one.id, { type: 'signoff', clientId: ann, message: 'bye' });
    await session.ping();
    expect(two.members.get(ann)?.user).toBe(before);
    await server.tellChannel(two.id, { type: 'signoff', clientId: ann, message: 'bye' });
    server.person('ann', 1, { fingerprint: fingerprint(2) });
    await server.tellChannel(one.id, { type: 'join', clientId: ann, channelId: one.id });
    const { member } = await log.find('member-joined');
    expect(member.user).not.toBe(before);
    expect(member.user).toMatchObject({ clientId: ann, nickname: 'ann', fingerprint: '02'.repeat(20) });
    expect(before?.fingerprint).toBe('01'.repeat(20));
  });

  const departures: readonly ((ann: ClientId) => Notify)[] = [
    (ann) => ({ type: 'leave', clientId: ann }),
    (ann) => ({ type: 'kicked', clientId: ann }),
  ];
  it.each(departures)('who went out of sight are asked for again when they come back: %#', async (gone) => {
    const { session, server, log } = await start();
    const person = (n: number) => server.person('ann', 1, { fingerprint: new Uint8Array(20).fill(n) });
    const ann = person(1);
    const { id } = await server.admit(session, 1, [ann]);
    await server.tellChannel(id, gone(ann));
    await session.ping();
    // Nobody has told that this one has signed off, and that another one got the Client ID.
    person(2);
    const join = { type: 'join', clientId: ann, channelId: id } as const;
    await server.tellChannel(id, join);
    const { member } = await log.find('member-joined');
    expect(member.user).toMatchObject({ clientId: ann, nickname: 'ann', fingerprint: '02'.repeat(20) });
    // Who is on a channel already is known.
    server.seen.length = 0;
    await server.admit(session, 2, [ann]);
    expect(server.seen).not.toContain('WHOIS');
  });

  it('are unknown where the server does not tell who has come back', async () => {
    const { session, server, log } = await start();
    const ann = server.person('ann', 1, { fingerprint: new Uint8Array(20).fill(1) });
    const { id } = await server.admit(session, 1, [ann]);
    await server.tellChannel(id, { type: 'leave', clientId: ann });
    await session.ping();
    server.on(commands.whois, () => undefined);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await server.tellChannel(id, { type: 'join', clientId: ann, channelId: id });
    await server.next(commands.whois);
    await vi.advanceTimersByTimeAsync(10_000);
    const { member } = await log.find('member-joined');
    expect(member.user).toMatchObject({ clientId: ann, nickname: undefined, fingerprint: undefined });
  });
});

it('a session that is over keeps no new key of a channel', async () => {
  const { session, server } = await start();
  await server.admit(session, 1, [idOf('ann')]);
  session.destroy();
  const { channelControl } = session;
  const set = () => channelControl.setPrivateKey(channelNumber(1), 'key', 'secret');
  expect(set).toThrow(withCode('closed'));
  expect(channelControl.privateKeys(channelNumber(1))).toEqual([]);
});

it('a JOIN does not wait for names when one is kicked meanwhile, and that is told behind it', async () => {
  const { session, server, log } = await start();
  server.on(commands.whois, () => []);
  // Nor until the time for the names is over.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const joined = session.join('channel1').then(() => log.of('member-left').length);
  const { ident } = await server.next(commands.join);
  await server.reply(encodeReply(commands.join, ident, server.joinReply(1, [idOf('ann')])));
  await server.tellChannel(channelNumber(1), { type: 'kicked', clientId: session.self.clientId });
  expect(await joined).toBe(0);
  expect(session.channels.size).toBe(0);
  expect(await log.find('member-left')).toMatchObject({ self: true, cause: { kind: 'kicked' } });
});
