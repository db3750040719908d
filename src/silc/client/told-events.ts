import type { SessionEvent } from './api/events.js';
import type { Channel } from './api/network.js';
import { ChannelRecord } from './channel-record.js';
import type { NetworkState } from './network-state.js';
import type { ToldChannel } from './shared/told-channel.js';

/**
 * Notes what the application is told of channels, at the moment of telling.
 * @returns false when the event is not this session's to tell any more: another one leads, and tells what is missing
 */
export function noteTold(network: NetworkState, event: SessionEvent): boolean {
  switch (event.type) {
    case 'member-joined':
    case 'member-mode-changed':
      return telling(event.channel, (told) => told.set(event.member.user, event.member.mode));
    case 'member-left':
      return telling(event.channel, (told) => told.left(event.user)) || event.self;
    case 'topic-changed':
      return telling(event.channel, (told) => (told.topic = event.topic));
    case 'channel-mode-changed':
      return telling(event.channel, (told) => told.configured(event.channel));
    case 'nick-changed':
      for (const told of toldOf(network)) told.renamed(event.oldClientId, event.user);
      return true;
    case 'user-resolved':
      for (const told of toldOf(network)) told.named(event.user);
      return true;
    default:
      return true;
  }
}

/** @returns false when another session tells this */
function telling(channel: Channel, note: (told: ToldChannel) => void): boolean {
  if (!(channel instanceof ChannelRecord) || channel.shared === undefined) return true;
  const { shared } = channel;
  if (shared.leader !== undefined && shared.leader !== channel) return false;
  note(shared.told);
  return true;
}

/** Of the channels that the application hears of through this session. */
function toldOf({ staying, channels }: NetworkState): readonly ToldChannel[] {
  if (!staying) return [];
  return [...channels.values()].flatMap(({ shared, isShown, stays }) =>
    shared !== undefined && isShown && stays ? [shared.told] : [],
  );
}
