import { describe, expect, it } from 'vitest';
import { ListAction, maskEntry } from '../../../src/silc/commands/index.js';
import type { ChannelId } from '../../../src/silc/ids.js';
import { ChannelMode, ChannelUserMode } from '../../../src/silc/modes.js';
import type { ServerClient } from '../../../src/silc/server/client.js';
import { ServerChannel } from '../../../src/silc/server/channel.js';
import {
  channelModeRefusal,
  joinRefusal,
  kickRefusal,
  memberModeRefusal,
  topicRefusal,
} from '../../../src/silc/server/rights.js';
import { Status } from '../../../src/silc/status.js';
import { serverClient as client } from '../../support/server-client.js';

const { founder, operator, quiet, blockMessages } = ChannelUserMode;

/** One channel, and somebody for each part that one can play on it. */
function scene(mode = 0) {
  const channel = new ServerChannel('7f00000100010002' as ChannelId, 'channel', 'channel');
  const people = {
    founder: client('founder'),
    bareFounder: client('bare'),
    operator: client('operator'),
    otherOperator: client('other'),
    user: client('user'),
    quiet: client('quiet'),
    stranger: client('stranger'),
  };
  channel.members.set(people.founder, founder | operator);
  channel.members.set(people.bareFounder, founder);
  channel.members.set(people.operator, operator);
  channel.members.set(people.otherOperator, operator);
  channel.members.set(people.user, 0);
  channel.members.set(people.quiet, quiet);
  channel.mode = mode;
  return { channel, people };
}

type Who = keyof ReturnType<typeof scene>['people'];

const ok = 0;
const { noChannelPriv, noChannelFounderPriv, notYou, unknownMode, permDenied } = Status;

describe('channel modes', () => {
  const m = ChannelMode;
  it.each<[Who, before: number, wanted: number, status: number]>([
    ['user', 0, m.topic, noChannelPriv],
    ['quiet', 0, m.topic, noChannelPriv],
    ['stranger', 0, m.topic, noChannelPriv],
    ['operator', 0, m.topic | m.invite | m.private | m.secret | m.userLimit | m.hmac, ok],
    ['bareFounder', 0, m.topic, ok],
    ['operator', m.topic, 0, ok],
    ['operator', 0, m.passphrase, noChannelFounderPriv],
    ['operator', 0, m.privateKey, noChannelFounderPriv],
    ['operator', 0, m.cipher, noChannelFounderPriv],
    ['operator', 0, m.silenceUsers, noChannelFounderPriv],
    ['operator', 0, m.silenceOperators, noChannelFounderPriv],
    ['operator', 0, m.founderAuth, noChannelFounderPriv],
    ['operator', 0, m.channelAuth, noChannelFounderPriv],
    ['operator', m.silenceUsers, 0, noChannelFounderPriv],
    ['operator', m.silenceUsers, m.silenceUsers | m.topic, ok],
    ['founder', 0, m.passphrase | m.privateKey | m.cipher | m.silenceUsers | m.silenceOperators, ok],
    ['founder', 0, m.founderAuth, ok],
    ['founder', 0, m.channelAuth, ok],
    ['operator', m.privateKey, m.privateKey | m.topic, noChannelFounderPriv],
    ['founder', 0, 0x2000, unknownMode],
    ['founder', 0, 0x80000000, unknownMode],
  ])('%s, from %i to %i: %i', (who, before, wanted, status) => {
    const { channel, people } = scene(before);
    expect(channelModeRefusal(channel, people[who], wanted)).toBe(status);
  });
});

describe('modes of members', () => {
  it.each<[Who, Who, wanted: number, status: number]>([
    ['user', 'user', 0, ok],
    ['user', 'quiet', 0, noChannelPriv],
    ['user', 'user', operator, noChannelPriv],
    ['user', 'user', blockMessages, ok],
    ['quiet', 'quiet', 0, noChannelPriv],
    ['operator', 'user', operator, ok],
    ['operator', 'user', quiet, ok],
    ['operator', 'quiet', 0, ok],
    ['operator', 'otherOperator', 0, ok],
    ['operator', 'operator', 0, ok],
    ['operator', 'operator', operator | quiet, permDenied],
    ['operator', 'user', blockMessages, notYou],
    ['operator', 'user', founder, noChannelFounderPriv],
    ['operator', 'operator', founder | operator, noChannelFounderPriv],
    ['operator', 'founder', 0, noChannelFounderPriv],
    ['operator', 'founder', founder | operator | quiet, noChannelFounderPriv],
    ['bareFounder', 'founder', founder, noChannelFounderPriv],
    ['founder', 'operator', 0, ok],
    ['founder', 'founder', operator, ok],
    ['founder', 'user', founder, noChannelFounderPriv],
    ['founder', 'user', 0x40, unknownMode],
  ])('%s gives %s the mode %i: %i', (by, target, wanted, status) => {
    const { channel, people } = scene();
    expect(memberModeRefusal(channel, people[by], people[target], wanted)).toBe(status);
  });
});

describe('the topic', () => {
  it.each<[Who, mode: number, status: number]>([
    ['user', 0, ok],
    ['quiet', 0, ok],
    ['stranger', 0, Status.notOnChannel],
    ['user', ChannelMode.topic, noChannelPriv],
    ['operator', ChannelMode.topic, ok],
    ['bareFounder', ChannelMode.topic, ok],
  ])('set by %s on a channel with mode %i: %i', (who, mode, status) => {
    const { channel, people } = scene(mode);
    expect(topicRefusal(channel, people[who])).toBe(status);
  });
});

describe('kicking', () => {
  it.each<[Who, Who, status: number]>([
    ['user', 'quiet', noChannelPriv],
    ['stranger', 'user', Status.notOnChannel],
    ['operator', 'stranger', Status.userNotOnChannel],
    ['operator', 'user', ok],
    ['operator', 'otherOperator', ok],
    ['operator', 'founder', noChannelFounderPriv],
    ['founder', 'operator', ok],
  ])('%s kicks %s: %i', (by, target, status) => {
    const { channel, people } = scene();
    expect(kickRefusal(channel, people[by], people[target])).toBe(status);
  });
});

describe('joining', () => {
  const refusal = (
    prepare: (channel: ServerChannel, stranger: ServerClient) => void,
    passphrase = '',
  ): number => {
    const { channel, people } = scene();
    prepare(channel, people.stranger);
    return joinRefusal(channel, people.stranger, (expected) => expected === passphrase);
  };

  it('is free where nothing forbids it', () => {
    expect(refusal(() => {})).toBe(ok);
  });

  it('needs an invitation, by name or by mask, to an invite-only channel', () => {
    const close = (channel: ServerChannel): void => void (channel.mode = ChannelMode.invite);
    expect(refusal(close)).toBe(Status.notInvited);
    expect(
      refusal((channel, stranger) => {
        close(channel);
        channel.invites.addClient(stranger.id);
      }),
    ).toBe(ok);
    expect(
      refusal((channel) => {
        close(channel);
        channel.invites.edit(ListAction.add, [maskEntry('strang*!*@host')], 1);
      }),
    ).toBe(ok);
  });

  it('asks for invitation, ban, limit and passphrase in this order', () => {
    const barriers: readonly [(channel: ServerChannel) => void, number][] = [
      [(channel) => (channel.mode = ChannelMode.invite), Status.notInvited],
      [(channel) => channel.bans.edit(ListAction.add, [maskEntry('*')], 1), Status.bannedFromChannel],
      [(channel) => (channel.userLimit = 6), Status.channelIsFull],
      [(channel) => (channel.passphrase = 'secret'), Status.badPassword],
    ];
    for (let from = 0; from < barriers.length; from++) {
      const rest = barriers.slice(from);
      expect(refusal((channel) => rest.forEach(([set]) => set(channel)))).toBe(rest[0]?.[1]);
    }
    expect(refusal((channel) => (channel.passphrase = 'secret'), 'secret')).toBe(ok);
    expect(refusal((channel) => (channel.userLimit = 7))).toBe(ok);
  });
});

describe('speaking', () => {
  it.each<[Who, mode: number, heard: boolean]>([
    ['user', 0, true],
    ['quiet', 0, false],
    ['stranger', 0, false],
    ['user', ChannelMode.silenceUsers, false],
    ['operator', ChannelMode.silenceUsers, true],
    ['operator', ChannelMode.silenceOperators, false],
    ['user', ChannelMode.silenceOperators, true],
    ['founder', ChannelMode.silenceUsers | ChannelMode.silenceOperators, true],
    ['bareFounder', ChannelMode.silenceUsers | ChannelMode.silenceOperators, true],
  ])('%s on a channel with mode %i is heard: %s', (who, mode, heard) => {
    const { channel, people } = scene(mode);
    expect(channel.maySpeak(people[who])).toBe(heard);
  });
});
