import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import type { SessionEvent, SilcSession } from '../../../../src/silc/client/types.js';
import { EventLog, nextEvent, startSilcWorld, type SilcWorld } from '../../../support/silc-world.js';

let world: SilcWorld;
let sharing: SessionSharing;
beforeEach(async () => {
  world = await startSilcWorld();
  sharing = new SessionSharing();
});
afterEach(() => world.close());

const client = (name: string): Promise<SilcSession> => world.client(name, { sharing });

/** All that was sent before has arrived everywhere. */
async function settled(...sessions: readonly SilcSession[]): Promise<void> {
  for (let round = 0; round < 2; round++) await Promise.all(sessions.map((session) => session.ping()));
}

const names = (session: SilcSession, room: string): readonly (string | undefined)[] =>
  [...(session.channelByName(room)?.members.values() ?? [])].map(({ user }) => user.nickname).sort();

/** What only the one who leads tells. */
const ofOthers = (events: readonly SessionEvent[]): readonly SessionEvent[] =>
  events.filter(
    (event) =>
      [
        'member-joined',
        'topic-changed',
        'channel-mode-changed',
        'member-mode-changed',
        'user-resolved',
      ].includes(event.type) ||
      ((event.type === 'member-left' || event.type === 'nick-changed') && !event.self),
  );

describe('sessions that share', () => {
  it('have one that leads on a channel: the others read its members and tell nothing of others', async () => {
    const [ann, bob, cat] = await Promise.all(['ann', 'bob', 'cat'].map(client));
    if (ann === undefined || bob === undefined || cat === undefined) throw new Error('no session');
    const logs = [ann, bob, cat].map((session) => new EventLog(session));
    const { channel, mode } = await ann.join('den');
    const joined = await bob.join('den');
    await cat.join('den');
    const stranger = await world.client('zoe');
    await stranger.join('den');
    await settled(stranger, ann, bob, cat);
    expect([mode, joined.mode]).toEqual([3, 0]);
    expect([ann, bob, cat].map((session) => session.leads(channel.id))).toEqual([true, false, false]);
    expect(joined.channel.members).toBe(channel.members);
    for (const session of [ann, bob, cat])
      expect(names(session, 'den')).toEqual(['ann', 'bob', 'cat', 'zoe']);
    await ann.setTopic(channel.id, 'words');
    await ann.setMemberMode(channel.id, bob.self.clientId, { set: 2 });
    await stranger.nick('zoë');
    await stranger.leave(channel.id);
    await settled(stranger, ann, bob, cat);
    const [annLog, ...others] = logs;
    expect(ofOthers(annLog?.events ?? []).map(({ type }) => type)).toEqual([
      ...['member-joined', 'member-joined', 'member-joined', 'topic-changed', 'member-mode-changed'],
      ...['nick-changed', 'member-left'],
    ]);
    for (const log of others) expect(ofOthers(log.events)).toEqual([]);
    expect(joined.channel.topic).toBe('words');
    expect(channel.members.get(bob.self.clientId)?.mode).toBe(2);
  });

  it('hear each message once each, opened once: it is the same object for all', async () => {
    const sessions = await Promise.all(['ann', 'bob', 'cat'].map(client));
    const [ann, bob, cat] = sessions;
    if (ann === undefined || bob === undefined || cat === undefined) throw new Error('no session');
    const { channel } = await ann.join('den');
    await bob.join('den');
    await cat.join('den');
    const stranger = await world.client('zoe');
    await stranger.join('den');
    await settled(stranger, ...sessions);
    const heard = sessions.map((session) => nextEvent(session, 'channel-message'));
    const sent = await stranger.say(channel.id, 'hello');
    const events = await Promise.all(heard);
    const [first] = events;
    for (const event of events) {
      expect(event.message).toBe(first?.message);
      expect(event.message).toMatchObject({ text: 'hello', digest: sent.digest });
      expect(event.key).toBe(first?.key);
      expect(event.sender.nickname).toBe('zoe');
    }
    for (const session of sessions) expect(session.holdsKey(channel.id, events[0]!.key)).toBe(true);
    expect(stranger.holdsKey(channel.id, events[0]!.key)).toBe(false);
  });

  it('go on when the one who leads leaves, is kicked or is lost: the next one leads and agrees with the server', async () => {
    const sessions = await Promise.all(['ann', 'bob', 'cat', 'dan'].map(client));
    const [ann, bob, cat, dan] = sessions;
    if (ann === undefined || bob === undefined || cat === undefined || dan === undefined)
      throw new Error('none');
    const founder = await world.client('zoe');
    const { channel } = await founder.join('den');
    for (const session of sessions) await session.join('den');
    await settled(founder, ...sessions);
    const log = new EventLog(dan);
    await ann.leave(channel.id);
    await settled(founder, ...sessions);
    expect(bob.leads(channel.id)).toBe(true);
    expect(names(dan, 'den')).toEqual(['bob', 'cat', 'dan', 'zoe']);
    await founder.kick(channel.id, bob.self.clientId);
    await settled(founder, ...sessions);
    expect(cat.leads(channel.id)).toBe(true);
    expect(names(dan, 'den')).toEqual(['cat', 'dan', 'zoe']);
    cat.destroy();
    expect(dan.leads(channel.id)).toBe(true);
    await log.find('member-left', ({ user }) => user.nickname === 'cat');
    expect(names(dan, 'den')).toEqual(['dan', 'zoe']);
  });
});
