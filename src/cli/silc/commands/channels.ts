import type { Channel, JoinOptions } from '../../../silc/client/types.js';
import { channelFields } from '../fields.js';
import { channelModeText, memberMark } from '../mode-letters.js';
import { describe, userReference } from '../people.js';
import { type Command, line, type LineContext } from './command.js';
import {
  currentChannel,
  flag,
  here,
  joined,
  optional,
  option,
  person,
  secret,
  text,
  word,
} from './parameters.js';

/** Joins a channel and makes it the current one. */
export async function joinChannel(context: LineContext, name: string, options: JoinOptions): Promise<void> {
  const { session, people, printer } = context;
  const { channel, created } = await session.join(name, options);
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

const join = line('join')
  .takes(flag('founder'))
  .takes(flag('auth'))
  .takes(option('cipher', '=CIPHER'))
  .takes(option('hmac', '=HMAC'))
  .takes(word('NAME', 'channel'))
  .takes(optional(secret('PASSPHRASE')))
  .does(
    "join a channel: as its founder by the session's key, by that key where it has +C, with algorithms where it is new",
    async (context, founder, auth, cipher, hmac, name, passphrase) =>
      joinChannel(context, name, {
        ...(passphrase === undefined ? {} : { passphrase }),
        ...(cipher === undefined ? {} : { cipher }),
        ...(hmac === undefined ? {} : { hmac }),
        ...(founder ? { founder: true } : {}),
        ...(auth ? { joinKey: true } : {}),
      }),
  );

const channel = line('channel')
  .takes(optional(joined))
  .does('show the joined channels, or make one the current one', (context, channel) => {
    if (channel !== undefined) context.current = channel;
    const { session, printer, current } = context;
    const all = [...session.channels.values()];
    printer.print({
      type: 'channels',
      fields: {
        current: current === undefined ? null : channelFields(current),
        channels: all.map(channelFields),
      },
      lines:
        all.length === 0
          ? ['not on any channel']
          : all.map((one) => `${one === current ? '*' : ' '} ${one.name}  ${one.members.size}`),
    });
  });

const leave = line('leave')
  .takes(optional(joined))
  .does('leave the current channel, or another one', async (context, named) => {
    const channel = named ?? currentChannel(context);
    const { session, printer } = context;
    await session.leave(channel.id);
    if (context.current === channel) context.current = [...session.channels.values()].at(-1);
    const next = context.current === undefined ? '' : `; now on ${context.current.name}`;
    printer.print({
      type: 'left',
      fields: { channel: channelFields(channel) },
      lines: [`left ${channel.name}${next}`],
      tone: 'good',
    });
  });

const names = line('names')
  .takes(here)
  .does('who is on the current channel (* founder, @ operator)', printNames);

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

const topic = line('topic')
  .takes(here)
  .takes(optional(text('TEXT')))
  .does('show or set the topic', async ({ session, printer }, channel, words) => {
    // A topic that was set comes as an event too, from whoever set it.
    if (words !== undefined) return session.setTopic(channel.id, words);
    printer.print({
      type: 'topic',
      fields: { channel: channelFields(channel), topic: channel.topic ?? null },
      lines: [channel.topic === undefined ? `${channel.name} has no topic` : `topic: ${channel.topic}`],
    });
  });

const kick = line('kick')
  .takes(here)
  .takes(person())
  .takes(optional(text('COMMENT')))
  .does('put somebody out of the current channel', ({ session }, channel, user, comment) =>
    session.kick(channel.id, user.clientId, comment),
  );

export const channels: readonly Command[] = [join, channel, leave, names, topic, kick];
