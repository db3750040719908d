import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import type { SessionEvent, SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeReply } from '../../../../src/silc/commands/index.js';
import { clientId } from '../../../../src/silc/ids.js';
import type { ClientId } from '../../../../src/silc/ids.js';
import { keyPairNamed } from '../../../support/silc-world.js';
import {
  channelNumber,
  idOf,
  scriptedSession,
  type ScriptedServer,
} from '../../../support/scripted-server.js';
import { EventLog } from '../../../support/session-events.js';

/*
 * Who leads tells of a channel, and the others do not: whatever one session has heard sooner or later than another one,
 * the application is told all of it, and nothing stays that is not so. Each session has a server of its own, so that one
 * can be behind.
 */

const [room, hall] = [channelNumber(1), channelNumber(2)];
const zoe = idOf('zoe');
const zed = idOf('zed');

interface One {
  readonly session: SilcSession;
  readonly server: ScriptedServer;
  readonly log: EventLog;
}

const sessions: SilcSession[] = [];
let sharing: SessionSharing;
beforeEach(() => {
  sharing = new SessionSharing();
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

/** A session that is on the room with zoe and these. */
async function one(nickname: string, others: readonly ClientId[] = []): Promise<One> {
  const { session, server } = await scriptedSession({ sharing, nickname, keyPair: keyPairNamed(nickname) });
  sessions.push(session);
  for (const name of ['zoe', 'zed']) server.person(name);
  const log = new EventLog(session);
  await enter({ session, server, log }, 1, others);
  return { session, server, log };
}

async function enter({ session, server }: One, n: number, others: readonly ClientId[] = []): Promise<void> {
  await server.admit(session, n, [zoe, ...others]);
  await new Promise(setImmediate);
}

/** Ann leads, bob is on the room, too. */
async function two(): Promise<readonly [One, One]> {
  const ann = await one('ann');
  return [ann, await one('bob', [idOf('ann')])];
}

/** USERS, which the session asks that begins to lead. */
async function users(
  { session, server }: One,
  ids: readonly ClientId[],
  modes: readonly number[] = [],
): Promise<void> {
  const { ident } = await server.next(commands.users);
  const members = [session.self.clientId, ...ids];
  const memberModes = members.map((_, n) => modes[n] ?? 0);
  await server.reply(encodeReply(commands.users, ident, { channelId: room, members, memberModes }));
  await session.ping();
}

/** What is told of others, in short. */
const told = ({ log }: One): readonly string[] => log.events.flatMap((event) => inShort(event) ?? []);

function inShort(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'member-joined':
    case 'member-mode-changed':
      return `${event.type} ${event.member.user.nickname ?? '?'} ${event.member.mode}`;
    case 'member-left':
      return `${event.type} ${event.user.nickname ?? '?'}`;
    case 'nick-changed':
      return `${event.type} ${event.oldNickname ?? '?'} ${event.user.nickname ?? '?'}`;
    case 'topic-changed':
      return `${event.type} ${event.topic}`;
    case 'channel-mode-changed':
      return `${event.type} ${event.channel.mode}`;
    default:
      return undefined;
  }
}

describe('who begins to lead', () => {
  it('does so when the one before wants to leave: what it hears until it has left, nobody may listen to', async () => {
    const [ann, bob] = await two();
    const leaving = ann.session.leave(room);
    expect([ann, bob].map(({ session }) => session.leads(room))).toEqual([false, true]);
    for (const { server, session } of [ann, bob]) {
      await server.tellChannel(room, { type: 'join', clientId: zed, channelId: room });
      await session.ping();
    }
    await bob.log.find('member-joined');
    expect([told(ann), told(bob)]).toEqual([[], ['member-joined zed 0']]);
    const { ident } = await ann.server.next(commands.leave);
    await ann.server.reply(encodeReply(commands.leave, ident, { channelId: room }));
    await leaving;
    await bob.server.tellChannel(room, { type: 'leave', clientId: idOf('ann') });
    await bob.session.ping();
    expect(told(bob)).toEqual(['member-joined zed 0', 'member-left ann']);
  });

  it('does so when the session of the one before is to end, and not only when it has ended', async () => {
    const [ann, bob] = await two();
    ann.server.on(commands.quit, () => []);
    const quitting = ann.session.quit();
    expect([ann, bob].map(({ session }) => session.leads(room))).toEqual([false, true]);
    ann.session.destroy();
    await quitting;
  });

  it('does so on the way in, when the one before is on the way out', async () => {
    const ann = await one('ann');
    const leaving = ann.session.leave(room).catch(() => undefined);
    expect(ann.session.leads(room)).toBe(true);
    const bob = await one('bob', [idOf('ann')]);
    expect([ann, bob].map(({ session }) => session.leads(room))).toEqual([false, true]);
    await bob.server.tellChannel(room, { type: 'join', clientId: zed, channelId: room });
    await bob.log.find('member-joined');
    ann.session.destroy();
    await leaving;
  });

  it('tells what the one before kept back, once and with the name', async () => {
    const [ann, bob] = await two();
    ann.server.on(commands.whois, () => []);
    await ann.server.tellChannel(room, { type: 'join', clientId: zed, channelId: room });
    await ann.session.ping();
    expect(told(ann)).toEqual([]);
    const leaving = ann.session.leave(room).catch(() => undefined);
    await bob.log.find('member-joined');
    await users(bob, [zoe, zed, idOf('ann')]);
    ann.session.destroy();
    await leaving;
    expect([told(ann), told(bob)]).toEqual([[], ['member-joined zed 0']]);
  });

  it('tells what it has heard itself while the one before, who had not, led', async () => {
    const [ann, bob] = await two();
    const by = clientId(zoe);
    for (const notify of [
      { type: 'cumode-change', by, mode: 2, target: idOf('bob') },
      { type: 'topic-set', by, topic: 'first' },
      { type: 'topic-set', by, topic: 'second' },
    ] as const) {
      await bob.server.tellChannel(room, notify);
    }
    await bob.session.ping();
    ann.session.destroy();
    expect(told(bob)).toEqual(['member-mode-changed bob 2']);
    await users(bob, [zoe], [2]);
    expect(told(bob)).toEqual(['member-mode-changed bob 2', 'member-left ann', 'topic-changed second']);
    expect(bob.log.of('topic-changed')[0]?.by?.clientId).toBe(zoe);
  });

  it('tells nothing again that the one before has told, and nothing that is over', async () => {
    const [ann, bob] = await two();
    const by = clientId(zoe);
    const topics = ['first', 'second'].map((topic) => ({ type: 'topic-set', by, topic }) as const);
    const modes = [2, 0].map((mode) => ({ type: 'cumode-change', by, mode, target: zoe }) as const);
    for (const notify of [...topics, ...modes]) await ann.server.tellChannel(room, notify);
    await ann.session.ping();
    ann.session.destroy();
    for (const notify of topics) await bob.server.tellChannel(room, notify);
    await users(bob, [zoe, idOf('ann')]);
    expect(told(bob)).toEqual([]);
    await bob.server.tellChannel(room, { type: 'topic-set', by, topic: 'third' });
    await bob.session.ping();
    expect(told(bob)).toEqual(['topic-changed third']);
  });
});

describe('who begins to lead on a channel that it has left and joined again', () => {
  it('tells so, when the one before has told behind the second JOIN that it left', async () => {
    const [ann, bob] = await two();
    await ann.server.tellChannel(room, { type: 'join', clientId: idOf('bob'), channelId: room });
    await ann.log.find('member-joined');
    ann.log.clear();
    const leaving = bob.session.leave(room);
    const { ident } = await bob.server.next(commands.leave);
    await bob.server.reply(encodeReply(commands.leave, ident, { channelId: room }));
    await leaving;
    await enter(bob, 1, [idOf('ann')]);
    await ann.server.tellChannel(room, { type: 'leave', clientId: idOf('bob') });
    await ann.session.ping();
    expect(told(ann)).toEqual(['member-left bob']);
    ann.session.destroy();
    expect(told(bob)).toEqual(['member-joined bob 0']);
    await users(bob, [zoe]);
    expect(told(bob)).toEqual(['member-joined bob 0', 'member-left ann']);
  });
});

describe('a change of nickname', () => {
  const [next, last] = [idOf('zoë'), idOf('zoé')];
  const change = (oldId: ClientId, newId: ClientId, nickname: string) =>
    ({ type: 'nick-change', oldId, newId, nickname }) as const;

  /** Bob leads on the hall, where zoe is, too: he hears of her. */
  async function both(): Promise<readonly [One, One]> {
    const [ann, bob] = await two();
    await enter(bob, 2);
    for (const { log } of [ann, bob]) log.clear();
    return [ann, bob];
  }

  it('is taken by the one who leads when another one hears of it first', async () => {
    const [ann, bob] = await both();
    await bob.server.notify(change(zoe, next, 'zoë'));
    await bob.session.ping();
    expect([told(ann), told(bob)]).toEqual([['nick-changed zoe zoë'], ['nick-changed zoe zoë']]);
    // Sent before it.
    const by = clientId(zoe);
    await ann.server.tellChannel(room, { type: 'cumode-change', by, mode: 2, target: zoe });
    await ann.server.notify(change(zoe, next, 'zoë'));
    await ann.session.ping();
    expect(told(ann)).toEqual(['nick-changed zoe zoë', 'member-mode-changed zoë 2']);
    expect(ann.log.of('member-mode-changed')[0]?.member.user.clientId).toBe(next);
  });

  it('is no loss of a member for a session that hears of her under the old Client ID afterwards', async () => {
    const [ann, bob] = await both();
    await bob.server.notify(change(zoe, next, 'zoë'));
    await bob.server.notify(change(next, last, 'zoé'));
    await bob.session.ping();
    await ann.server.admit(ann.session, 3, []);
    await new Promise(setImmediate);
    await ann.server.tellChannel(channelNumber(3), {
      type: 'join',
      clientId: zoe,
      channelId: channelNumber(3),
    });
    await ann.server.notify(change(zoe, next, 'zoë'));
    await ann.server.notify(change(next, last, 'zoé'));
    await ann.session.ping();
    // An event has the user as she is now.
    expect(told(ann)).toEqual(['nick-changed zoe zoé', 'nick-changed zoë zoé', 'member-joined zoé 0']);
    for (const n of [1, 3]) {
      expect([...(ann.session.channels.get(channelNumber(n))?.members.keys() ?? [])]).toContain(last);
    }
  });

  it('is known to who begins to lead after one that has not heard of it', async () => {
    const ann = await one('ann', [zed]);
    const bob = await one('bob', [idOf('ann'), zed]);
    await enter(bob, 2);
    for (const { log } of [ann, bob]) log.clear();
    bob.server.person('zoë');
    await bob.server.notify(change(zed, next, 'zoë'));
    await bob.session.ping();
    expect(told(bob)).toEqual([]);
    ann.session.destroy();
    await bob.log.find('nick-changed');
    await users(bob, [zoe, next]);
    expect(told(bob)).toEqual(['nick-changed zed zoë', 'member-left ann']);
  });

  it('takes away nobody whom the server has listed under the new Client ID before', async () => {
    const ann = await one('ann', [zed]);
    const bob = await one('bob', [idOf('ann'), zed]);
    const cat = await one('cat', [idOf('ann'), idOf('bob'), zed]);
    await enter(cat, 2, [zed]);
    for (const clientId of [idOf('bob'), idOf('cat')]) {
      await ann.server.tellChannel(room, { type: 'join', clientId, channelId: room });
    }
    await ann.session.ping();
    for (const { log } of [bob, cat]) log.clear();
    bob.server.person('zoë');
    await bob.server.notify(change(zed, next, 'zoë'));
    await bob.session.ping();
    ann.session.destroy();
    await users(bob, [zoe, next, idOf('cat')]);
    await bob.log.find('member-joined');
    const before = ['member-left ann', 'member-left zed', 'member-joined zoë 0'];
    expect(told(bob)).toEqual(before);
    await cat.server.notify(change(zed, next, 'zoë'));
    await cat.session.ping();
    await bob.session.ping();
    expect(told(bob).slice(before.length)).toEqual(['nick-changed zed zoë']);
    expect(bob.session.channels.get(room)?.members.get(next)?.user.nickname).toBe('zoë');
  });

  it('is told by who begins to lead, when the one before has told of her under the old Client ID', async () => {
    const ann = await one('ann');
    const bob = await one('bob', [idOf('ann')]);
    await enter(bob, 2, [zed]);
    for (const { log } of [ann, bob]) log.clear();
    await bob.server.notify(change(zed, next, 'zoë'));
    await bob.session.ping();
    await ann.server.tellChannel(room, { type: 'join', clientId: zed, channelId: room });
    await ann.log.find('member-joined');
    ann.session.destroy();
    expect(told(bob)).toEqual(['nick-changed zed zoë', 'nick-changed zed zoë']);
    await users(bob, [zoe, next]);
    expect(told(bob).slice(2)).toEqual(['member-left ann']);
    expect([...(bob.session.channels.get(room)?.members.keys() ?? [])].sort()).toEqual(
      [idOf('bob'), zoe, next].sort(),
    );
    expect(bob.session.channels.get(hall)?.members.has(next)).toBe(true);
  });
});
