import type { Channel, DepartureCause } from '../../../silc/client/types.js';
import { actorFields, channelFields } from '../fields.js';
import type { JsonObject } from '../item.js';
import { channelModeText, memberLetters, modeText } from '../mode-letters.js';
import { type People, userReference } from '../people.js';
import { byText, note, type Rows } from './row.js';

/** Channels and their members. */
export const channelRows: Rows<
  | 'member-joined'
  | 'member-left'
  | 'topic-changed'
  | 'channel-mode-changed'
  | 'member-mode-changed'
  | 'channel-id-changed'
  | 'invited'
> = {
  'member-joined': ({ channel, member: { user, mode } }, people) =>
    note(`${people.label(user)} joins ${channel.name}`, {
      channel: channelFields(channel),
      user: userReference(user),
      mode,
    }),
  'member-left': ({ channel, user, cause, self }, people) =>
    note(`${people.label(user)} ${causeText(cause, channel, people)}`, {
      channel: channelFields(channel),
      user: userReference(user),
      self,
      ...causeFields(cause),
    }),
  'topic-changed': ({ channel, topic, by }, people) =>
    note(`topic of ${channel.name}${byText(by, people)}: ${topic}`, {
      channel: channelFields(channel),
      topic,
      by: actorFields(by),
    }),
  'channel-mode-changed': ({ channel, oldMode, by }, people) =>
    note(`modes of ${channel.name}${byText(by, people)}: ${channelModeText(channel.mode) || 'none'}`, {
      channel: channelFields(channel),
      mode: channel.mode,
      oldMode,
      by: actorFields(by),
    }),
  'member-mode-changed': ({ channel, member: { user, mode }, oldMode, by }, people) => {
    const letters = modeText(mode, memberLetters) || 'none';
    return note(`modes of ${people.label(user)} on ${channel.name}${byText(by, people)}: ${letters}`, {
      channel: channelFields(channel),
      user: userReference(user),
      mode,
      oldMode,
      by: actorFields(by),
    });
  },
  'channel-id-changed': ({ channel, oldId }) =>
    note(`${channel.name} has another Channel ID`, { channel: channelFields(channel), oldId }),
  invited: ({ channelId, channelName, by }, people) =>
    note(`invited to ${channelName}${byText(by, people)}`, {
      channel: { id: channelId, name: channelName },
      by: actorFields(by),
    }),
};

function causeFields(cause: DepartureCause): JsonObject {
  switch (cause.kind) {
    case 'signoff':
      return { cause: cause.kind, message: cause.message };
    case 'kicked':
    case 'killed':
      return { cause: cause.kind, message: cause.comment, by: actorFields(cause.by) };
    default:
      return { cause: cause.kind };
  }
}

function causeText(cause: DepartureCause, channel: Channel, people: People): string {
  const because = (text: string | undefined): string => (text === undefined ? '' : ` (${text})`);
  switch (cause.kind) {
    case 'leave':
      return `leaves ${channel.name}`;
    case 'signoff':
      return `has quit${because(cause.message)}`;
    case 'kicked':
      return `was kicked from ${channel.name}${byText(cause.by, people)}${because(cause.comment)}`;
    case 'killed':
      return `was killed${byText(cause.by, people)}${because(cause.comment)}`;
    case 'server-signoff':
      return 'is lost with its server';
    case 'vanished':
      return `is no longer on ${channel.name}`;
  }
}
