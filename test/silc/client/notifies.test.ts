import { afterEach, describe, expect, it } from 'vitest';
import type { Channel, SessionEvent, SilcSession, User } from '../../../src/silc/client/types.js';
import { channelId, clientId, NO_ID, serverId, type ServerId } from '../../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../../../src/silc/modes.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { encodeNotify, notifyPayload, type Notify } from '../../../src/silc/packets/notify.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { Status } from '../../../src/silc/status.js';
import { channelNumber, idOf, scriptedSession, type ScriptedServer } from '../../support/scripted-server.js';
import { EventLog } from '../../support/silc-world.js';

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

const [ann, bob, zoe] = [idOf('ann'), idOf('bob'), idOf('zoe')];
const room = channelNumber(1);
const by = clientId(ann);
/** A server with the address of nobody here. */
const far = '7f00000900000000' as ServerId;

interface World {
  readonly session: SilcSession;
  readonly server: ScriptedServer;
  readonly log: EventLog;
  readonly channel: Channel;
}

/** Somebody on a channel with ann and bob, and on one alone. */
async function world(): Promise<World> {
  const { session, server } = await scriptedSession();
  sessions.push(session);
  for (const name of ['ann', 'bob', 'zoe']) server.person(name);
  const channel = await server.admit(session, 1, [ann, bob]);
  await server.admit(session, 2);
  const log = new EventLog(session);
  await session.ping();
  log.events.length = 0;
  return { session, server, log, channel };
}

const nameOf = (user: unknown): string | undefined => (user as User | undefined)?.nickname;

/** An event in short: its own words, users by name and channels by name. */
function short(event: SessionEvent): Record<string, unknown> {
  const told: Record<string, unknown> = { ...event };
  if ('channel' in event) told['channel'] = event.channel?.name;
  if ('user' in event) told['user'] = nameOf(event.user);
  if ('member' in event) told['member'] = [nameOf(event.member.user), event.member.mode];
  if ('by' in event) told['by'] = nameOf(event.by);
  if ('cause' in event && typeof event.cause === 'object' && 'by' in event.cause) {
    told['cause'] = { ...event.cause, by: nameOf(event.cause.by) };
  }
  return told;
}

/** All events so far: those of the channel came before the one that ends them. */
async function eventsOf({ server, log }: World): Promise<readonly SessionEvent[]> {
  await server.tellChannel(room, { type: 'topic-set', by, topic: 'the end' });
  const end = await log.find('topic-changed', ({ topic }) => topic === 'the end');
  return log.events.slice(0, log.events.indexOf(end));
}

const members = (channel: Channel): readonly (readonly [string | undefined, number])[] =>
  [...channel.members.values()].map(({ user, mode }) => [user.nickname, mode]);

const everybody = [
  ['me', 0],
  ['ann', 0],
  ['bob', 0],
] as const;

interface Case {
  readonly notify: Notify;
  /** False: sent to the client, as these are. */
  readonly toChannel?: boolean;
  readonly events: readonly (Record<string, unknown> & { readonly type: SessionEvent['type'] })[];
  readonly after?: (world: World) => void;
}

const without = (name: string) => everybody.filter(([member]) => member !== name);

const left = (user: string, cause: Record<string, unknown>, channel = 'channel1', self = false) => ({
  ...{ type: 'member-left' as const, channel, user, cause, self },
});

const cases: Readonly<Record<string, Case>> = {
  'NONE is a notice': {
    notify: { type: 'none', text: 'hello' },
    toChannel: false,
    events: [{ type: 'server-notice', text: 'hello' }],
  },
  'INVITE names the channel and who': {
    notify: { type: 'invite', channelId: channelNumber(9), channelName: 'den', inviter: zoe },
    toChannel: false,
    events: [{ type: 'invited', channelName: 'den', channelId: channelNumber(9), by: 'zoe' }],
  },
  'JOIN adds a member': {
    notify: { type: 'join', clientId: zoe, channelId: room },
    events: [{ type: 'member-joined', channel: 'channel1', member: ['zoe', 0] }],
    after: ({ channel }) => expect(members(channel)).toEqual([...everybody, ['zoe', 0]]),
  },
  'JOIN of somebody who is there changes nothing': {
    notify: { type: 'join', clientId: ann, channelId: room },
    events: [],
  },
  'JOIN on another channel changes nothing': {
    notify: { type: 'join', clientId: zoe, channelId: channelNumber(9) },
    events: [],
  },
  'LEAVE takes a member off': {
    notify: { type: 'leave', clientId: ann },
    events: [left('ann', { kind: 'leave' })],
    after: ({ channel }) => expect(members(channel)).toEqual(without('ann')),
  },
  'LEAVE to no channel changes nothing': {
    notify: { type: 'leave', clientId: ann },
    toChannel: false,
    events: [],
  },
  'SIGNOFF takes a member off': {
    notify: { type: 'signoff', clientId: bob, message: 'bye' },
    events: [left('bob', { kind: 'signoff', message: 'bye' })],
    after: ({ channel }) => expect(members(channel)).toEqual(without('bob')),
  },
  'TOPIC_SET by a server is nobody’s': {
    notify: { type: 'topic-set', by: serverId(far), topic: 'tea' },
    events: [{ type: 'topic-changed', channel: 'channel1', topic: 'tea', by: undefined }],
    after: ({ channel }) => expect(channel.topic).toBe('tea'),
  },
  'NICK_CHANGE gives a member another Client ID': {
    notify: { type: 'nick-change', oldId: ann, newId: idOf('anna'), nickname: 'anna' },
    toChannel: false,
    events: [{ type: 'nick-changed', user: 'anna', oldClientId: ann, oldNickname: 'ann', self: false }],
    after: ({ channel }) => {
      expect([...channel.members.keys()]).toEqual([idOf('me'), bob, idOf('anna')]);
    },
  },
  'CMODE_CHANGE changes the mode and the limit': {
    notify: { type: 'cmode-change', by, mode: ChannelMode.userLimit | ChannelMode.topic, userLimit: 7 },
    events: [{ type: 'channel-mode-changed', channel: 'channel1', oldMode: 0, by: 'ann' }],
    after: ({ channel }) => {
      expect(channel).toMatchObject({ mode: ChannelMode.userLimit | ChannelMode.topic, userLimit: 7 });
    },
  },
  'CMODE_CHANGE tells no passphrase': {
    notify: { type: 'cmode-change', by, mode: ChannelMode.passphrase, passphrase: Uint8Array.of(1, 2, 3) },
    events: [{ type: 'channel-mode-changed', channel: 'channel1', oldMode: 0, by: 'ann' }],
    after: ({ channel }) => expect(channel.mode).toBe(ChannelMode.passphrase),
  },
  'CUMODE_CHANGE changes the mode of a member': {
    notify: { type: 'cumode-change', by, mode: ChannelUserMode.quiet, target: bob },
    events: [
      {
        ...{ type: 'member-mode-changed', channel: 'channel1' },
        ...{ member: ['bob', ChannelUserMode.quiet], oldMode: 0, by: 'ann' },
      },
    ],
    after: ({ channel }) => expect(members(channel).at(-1)).toEqual(['bob', ChannelUserMode.quiet]),
  },
  'MOTD is shown': {
    notify: { type: 'motd', text: 'welcome' },
    toChannel: false,
    events: [{ type: 'motd', text: 'welcome' }],
  },
  'CHANNEL_CHANGE gives a channel another ID, with all that is in it': {
    notify: { type: 'channel-change', oldId: room, newId: channelNumber(9) },
    toChannel: false,
    events: [{ type: 'channel-id-changed', channel: 'channel1', oldId: room }],
    after: ({ channel, session }) => {
      expect(channel.id).toBe(channelNumber(9));
      expect([...session.channels.keys()]).toEqual([channelNumber(2), channelNumber(9)]);
      expect(members(channel)).toEqual(everybody);
    },
  },
  'SERVER_SIGNOFF takes its users off': {
    notify: { type: 'server-signoff', serverId: far, clientIds: [bob, zoe, ann] },
    toChannel: false,
    events: [left('bob', { kind: 'server-signoff' }), left('ann', { kind: 'server-signoff' })],
    after: ({ channel }) => expect(members(channel)).toEqual([['me', 0]]),
  },
  'KICKED takes a member off': {
    notify: { type: 'kicked', clientId: bob, comment: 'out', by },
    events: [left('bob', { kind: 'kicked', comment: 'out', by: 'ann' })],
    after: ({ channel }) => expect(members(channel)).toEqual(without('bob')),
  },
  'KILLED takes somebody off all channels': {
    notify: { type: 'killed', clientId: bob, comment: 'spam', by: serverId(far) },
    toChannel: false,
    events: [left('bob', { kind: 'killed', comment: 'spam', by: undefined })],
    after: ({ channel }) => expect(members(channel)).toEqual(without('bob')),
  },
  'UMODE_CHANGE is kept and not told': {
    notify: { type: 'umode-change', clientId: ann, mode: UserMode.gone },
    toChannel: false,
    events: [],
    after: ({ channel }) => expect(channel.members.get(ann)?.user.mode).toBe(UserMode.gone),
  },
  'UMODE_CHANGE of somebody unknown is ignored': {
    notify: { type: 'umode-change', clientId: zoe, mode: UserMode.gone },
    toChannel: false,
    events: [],
  },
  'BAN is ignored': {
    notify: { type: 'ban', channelId: room, action: 0, list: [{ type: 1, data: Uint8Array.of(97) }] },
    events: [],
  },
  'ERROR of a client or a channel is an undelivered message': {
    notify: { type: 'error', status: Status.noSuchClientId, id: clientId(zoe) },
    toChannel: false,
    events: [{ type: 'delivery-failed', clientId: zoe, channelId: undefined }],
  },
  'ERROR of other kinds is ignored': {
    notify: { type: 'error', status: Status.noSuchServer, id: serverId(far) },
    toChannel: false,
    events: [],
  },
  'WATCH changes what is known of a member': {
    notify: { type: 'watch', clientId: bob, nickname: 'bob', mode: UserMode.busy, notifyType: 14 },
    toChannel: false,
    events: [],
    after: ({ channel }) => expect(channel.members.get(bob)?.user.mode).toBe(UserMode.busy),
  },
  'an unknown one is ignored': {
    notify: { type: 'unknown', number: 4_711, args: [{ type: 1, data: Uint8Array.of(1) }] },
    events: [],
  },
};

describe('a notify', () => {
  it.each(Object.entries(cases))('%s', async (_title, { notify, toChannel = true, events, after }) => {
    const all = await world();
    const { server, session, channel } = all;
    await server.notify(notify, toChannel ? channelId(room) : NO_ID);
    await session.ping();
    // The state is there at once, the events come in their order.
    if (after === undefined) expect(members(channel)).toEqual(everybody);
    else if (!events.some(({ type }) => type === 'member-joined')) after(all);
    // Those about somebody whose name is asked for do not hold up the others.
    for (const { type } of events) await all.log.find(type);
    after?.(all);
    expect((await eventsOf(all)).map(short)).toEqual(events);
    expect(session.channels.size).toBe(2);
    expect(session.state).toBe('ready');
  });

  it.each([14, 15, 3, 11])('with arguments that are none is ignored: type %i', async (type) => {
    const all = await world();
    const { server, session, channel } = all;
    const payload = encodePayload(notifyPayload, { type, args: [{ type: 1, data: Uint8Array.of(9, 9, 9) }] });
    await server.send(PacketType.notify, payload, { destination: channelId(room) });
    await session.ping();
    expect(members(channel)).toEqual(everybody);
    expect(await eventsOf(all)).toEqual([]);
  });

  it.each([253, 254, 255, 256, 300, 511, 600])(
    'SERVER_SIGNOFF with %i clients loses them all, however its count of arguments wraps',
    async (count) => {
      const all = await world();
      const { server, session, log, channel } = all;
      const strangers = Array.from({ length: count - 2 }, (_, n) => idOf(`stranger${n}`, n % 256));
      const clientIds = [bob, ...strangers, ann];
      const payload = encodePayload(
        notifyPayload,
        encodeNotify({ type: 'server-signoff', serverId: far, clientIds }),
      );
      expect(payload[4]).toBe((count + 1) % 256);
      await server.send(PacketType.notify, payload);
      await session.ping();
      await eventsOf(all);
      expect(log.of('member-left').map(({ user }) => user.nickname)).toEqual(['bob', 'ann']);
      expect(members(channel)).toEqual([['me', 0]]);
    },
  );
});
