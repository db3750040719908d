import type { Channel, ChannelModeChange } from '../../../silc/client/types.js';
import { ChannelMode } from '../../../silc/modes.js';
import { channelFields } from '../events.js';
import { LineError } from '../item.js';
import { firstWord, needed } from '../line.js';
import { channelModeText, memberMark, parseChannelModes, parseMemberModes } from '../mode-letters.js';
import { describe, userReference } from '../people.js';
import { currentChannel, type Command, type LineContext } from './command.js';

/** Joins a channel and makes it the current one. */
export async function joinChannel(
  context: LineContext,
  name: string,
  passphrase: string | undefined,
): Promise<void> {
  const { session, people, printer } = context;
  const { channel, created } = await session.join(name, passphrase === undefined ? {} : { passphrase });
  context.current = channel;
  for (const { user } of channel.members.values()) people.note(user);
  const { topic, mode } = channel;
  printer.print({
    type: 'joined',
    fields: { channel: channelFields(channel), created, topic: topic ?? null, mode },
    lines: [
      `joined ${channel.name}${created ? ', which is new' : ''} ${channelModeText(mode)}`.trimEnd(),
      ...(topic === undefined ? [] : [`topic: ${topic}`]),
    ],
    tone: 'good',
  });
  printNames(context, channel);
}

const join: Command = {
  name: 'join',
  usage: '/join NAME [PASSPHRASE]',
  summary: 'join a channel, or make it the current one',
  run: async (context, rest) => {
    const [name, passphrase] = firstWord(rest);
    await joinChannel(context, needed(name, join.usage), passphrase);
  },
};

const leave: Command = {
  name: 'leave',
  usage: '/leave [NAME]',
  summary: 'leave the current channel, or another one',
  run: async (context, rest) => {
    const { session, printer } = context;
    const channel = rest === '' ? currentChannel(context) : session.channelByName(rest);
    if (channel === undefined) throw new LineError(`not on ${rest}`);
    await session.leave(channel.id);
    if (context.current === channel) context.current = [...session.channels.values()].at(-1);
    const next = context.current === undefined ? '' : `; now on ${context.current.name}`;
    printer.print({
      type: 'left',
      fields: { channel: channelFields(channel) },
      lines: [`left ${channel.name}${next}`],
      tone: 'good',
    });
  },
};

const names: Command = {
  name: 'names',
  usage: '/names',
  summary: 'who is on the current channel (* founder, @ operator)',
  run: (context) => printNames(context, currentChannel(context)),
};

function printNames({ printer, people }: LineContext, channel: Channel): void {
  const members = [...channel.members.values()];
  printer.print({
    type: 'names',
    fields: {
      channel: channelFields(channel),
      members: members.map(({ user, mode }) => ({ ...userReference(user), mode })),
    },
    lines: members.map(({ user, mode }) => `  ${memberMark(mode)}${people.label(user)}  ${describe(user)}`),
  });
}

const topic: Command = {
  name: 'topic',
  usage: '/topic [TEXT]',
  summary: 'show or set the topic',
  run: async (context, rest) => {
    const channel = currentChannel(context);
    if (rest !== '') await context.session.setTopic(channel.id, rest);
    // A topic that was set comes as an event too, from whoever set it.
    else {
      context.printer.print({
        type: 'topic',
        fields: { channel: channelFields(channel), topic: channel.topic ?? null },
        lines: [channel.topic === undefined ? `${channel.name} has no topic` : `topic: ${channel.topic}`],
      });
    }
  },
};

const mode: Command = {
  name: 'mode',
  usage: '/mode [+FLAGS|-FLAGS [LIMIT|PASSPHRASE]] | /mode NICK +FLAGS|-FLAGS',
  summary: 'show or change modes: channel p s i t l a m M k f, member o q b u r f',
  run: async (context, rest) => {
    const channel = currentChannel(context);
    const { session, people, printer } = context;
    const [first, more] = firstWord(rest);
    if (first === undefined) {
      printer.print({
        type: 'mode',
        fields: { channel: channelFields(channel), mode: channel.mode, userLimit: channel.userLimit },
        lines: [`modes of ${channel.name}: ${channelModeText(channel.mode) || 'none'}`],
      });
    } else if (/^[+-]/.test(first)) {
      await session.setChannelMode(channel.id, channelChange(first, more));
    } else {
      const user = await people.find(first);
      await session.setMemberMode(channel.id, user.clientId, parseMemberModes(needed(more, mode.usage)));
    }
  },
};

function channelChange(flags: string, argument: string | undefined): ChannelModeChange {
  const change = parseChannelModes(flags);
  const [limit, passphrase] = [ChannelMode.userLimit, ChannelMode.passphrase].map(
    (bit) => (change.set & bit) !== 0,
  );
  if (limit === true && passphrase === true)
    throw new LineError('set the limit and the passphrase one by one');
  if (limit === true) {
    const userLimit = Number(argument);
    if (!Number.isInteger(userLimit) || userLimit < 1) throw new LineError('+l needs a number of users');
    return { ...change, userLimit };
  }
  if (passphrase !== true) return change;
  if (argument === undefined) throw new LineError('+a needs a passphrase');
  return { ...change, passphrase: argument };
}

const kick: Command = {
  name: 'kick',
  usage: '/kick NICK [COMMENT]',
  summary: 'put somebody out of the current channel',
  run: async (context, rest) => {
    const channel = currentChannel(context);
    const [nickname, comment] = firstWord(rest);
    const user = await context.people.find(needed(nickname, kick.usage));
    await context.session.kick(channel.id, user.clientId, comment);
  },
};

const invite: Command = {
  name: 'invite',
  usage: '/invite NICK',
  summary: 'invite somebody to the current channel',
  run: async (context, rest) => {
    const channel = currentChannel(context);
    const user = await context.people.find(needed(rest, invite.usage));
    await context.session.invite(channel.id, user.clientId);
  },
};

const ban: Command = {
  name: 'ban',
  usage: '/ban [+MASK|-MASK]',
  summary: 'show the ban list, add or delete nick[@server][!user[@host]]',
  run: async (context, rest) => {
    const channel = currentChannel(context);
    const { session, printer } = context;
    if (rest === '') {
      const masks = await session.bans(channel.id);
      const lines = masks.length === 0 ? ['nobody is banned'] : masks.map((mask) => `  ${mask}`);
      printer.print({ type: 'bans', fields: { channel: channelFields(channel), masks }, lines });
      return;
    }
    const [, sign, mask = ''] = /^([+-]?)(.*)$/su.exec(rest) ?? [];
    await session.ban(channel.id, sign === '-' ? 'delete' : 'add', needed(mask.trim(), ban.usage));
  },
};

export const channels: readonly Command[] = [join, leave, names, topic, mode, kick, invite, ban];
