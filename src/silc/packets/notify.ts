import { channelId, clientId, serverId } from '../ids.js';
import type { Argument } from './argument-list.js';
import { argumentOf, NotifyArguments } from './notify-arguments.js';
import type { Notify } from './notify-event.js';
import { NotifyType, type NotifyPayload } from './notify-payload.js';

export { notifyPayload, NotifyType, type NotifyPayload } from './notify-payload.js';
export type { Notify } from './notify-event.js';

/**
 * What a notify says.
 * @throws SilcError `malformed` when an argument that its type needs is missing or wrong
 */
export function decodeNotify(payload: NotifyPayload): Notify {
  const args = new NotifyArguments(payload.args);
  switch (payload.type) {
    case NotifyType.none:
      return { type: 'none', text: args.text(1) ?? '' };
    case NotifyType.invite:
      return {
        type: 'invite',
        channelId: args.channelId(1),
        channelName: args.text(2) ?? '',
        inviter: args.clientId(3),
      };
    case NotifyType.join:
      return { type: 'join', clientId: args.clientId(1), channelId: args.channelId(2) };
    case NotifyType.leave:
      return { type: 'leave', clientId: args.clientId(1) };
    case NotifyType.signoff:
      return { type: 'signoff', clientId: args.clientId(1), message: args.text(2) };
    case NotifyType.topicSet:
      return { type: 'topic-set', by: args.needId(1), topic: args.text(2) ?? '' };
    case NotifyType.nickChange:
      return {
        type: 'nick-change',
        oldId: args.clientId(1),
        newId: args.clientId(2),
        nickname: args.text(3),
      };
    case NotifyType.cmodeChange:
      return {
        type: 'cmode-change',
        by: args.needId(1),
        mode: args.needNumber(2, 4),
        cipher: args.text(3),
        hmac: args.text(4),
        passphrase: args.octets(5),
        founderKey: args.octets(6),
        channelKeys: args.list(7),
        userLimit: args.number(8, 4),
      };
    case NotifyType.cumodeChange:
      return {
        type: 'cumode-change',
        by: args.needId(1),
        mode: args.needNumber(2, 4),
        target: args.clientId(3),
        founderKey: args.octets(4),
      };
    case NotifyType.motd:
      return { type: 'motd', text: args.text(1) ?? '' };
    case NotifyType.channelChange:
      return { type: 'channel-change', oldId: args.channelId(1), newId: args.channelId(2) };
    case NotifyType.serverSignoff:
      return {
        type: 'server-signoff',
        serverId: args.serverId(1),
        clientIds: args.clientIdsBehindFirst(),
      };
    case NotifyType.kicked:
      return { type: 'kicked', clientId: args.clientId(1), comment: args.text(2), by: args.id(3) };
    case NotifyType.killed:
      return { type: 'killed', clientId: args.clientId(1), comment: args.text(2), by: args.id(3) };
    case NotifyType.umodeChange:
      return { type: 'umode-change', clientId: args.clientId(1), mode: args.needNumber(2, 4) };
    case NotifyType.ban:
      return { type: 'ban', channelId: args.channelId(1), action: args.number(2, 1), list: args.list(3) };
    case NotifyType.error:
      return { type: 'error', status: args.needNumber(1, 1), id: args.id(2) };
    case NotifyType.watch:
      return {
        type: 'watch',
        clientId: args.clientId(1),
        nickname: args.text(2),
        mode: args.needNumber(3, 4),
        notifyType: args.number(4, 2),
        publicKey: args.octets(5),
      };
    default:
      return { type: 'unknown', number: payload.type, args: payload.args };
  }
}

/** The payload that says it. @throws SilcError `usage` when a value does not fit its field */
export function encodeNotify(notify: Notify): NotifyPayload {
  const { text, id, u8, u16, u32, list } = argumentOf;
  switch (notify.type) {
    case 'none':
      return payload(NotifyType.none, text(notify.text));
    case 'invite':
      return payload(
        NotifyType.invite,
        id(channelId(notify.channelId)),
        text(notify.channelName),
        id(clientId(notify.inviter)),
      );
    case 'join':
      return payload(NotifyType.join, id(clientId(notify.clientId)), id(channelId(notify.channelId)));
    case 'leave':
      return payload(NotifyType.leave, id(clientId(notify.clientId)));
    case 'signoff':
      return payload(NotifyType.signoff, id(clientId(notify.clientId)), text(notify.message));
    case 'topic-set':
      return payload(NotifyType.topicSet, id(notify.by), text(notify.topic));
    case 'nick-change':
      return payload(
        NotifyType.nickChange,
        id(clientId(notify.oldId)),
        id(clientId(notify.newId)),
        text(notify.nickname),
      );
    case 'cmode-change':
      return payload(
        NotifyType.cmodeChange,
        id(notify.by),
        u32(notify.mode),
        text(notify.cipher),
        text(notify.hmac),
        notify.passphrase,
        notify.founderKey,
        list(notify.channelKeys),
        u32(notify.userLimit),
      );
    case 'cumode-change':
      return payload(
        NotifyType.cumodeChange,
        id(notify.by),
        u32(notify.mode),
        id(clientId(notify.target)),
        notify.founderKey,
      );
    case 'motd':
      return payload(NotifyType.motd, text(notify.text));
    case 'channel-change':
      return payload(NotifyType.channelChange, id(channelId(notify.oldId)), id(channelId(notify.newId)));
    case 'server-signoff':
      return payload(
        NotifyType.serverSignoff,
        id(serverId(notify.serverId)),
        ...notify.clientIds.map((client) => id(clientId(client))),
      );
    case 'kicked':
      return payload(NotifyType.kicked, id(clientId(notify.clientId)), text(notify.comment), id(notify.by));
    case 'killed':
      return payload(NotifyType.killed, id(clientId(notify.clientId)), text(notify.comment), id(notify.by));
    case 'umode-change':
      return payload(NotifyType.umodeChange, id(clientId(notify.clientId)), u32(notify.mode));
    case 'ban':
      return payload(NotifyType.ban, id(channelId(notify.channelId)), u8(notify.action), list(notify.list));
    case 'error':
      return payload(NotifyType.error, u8(notify.status), id(notify.id));
    case 'watch':
      return payload(
        NotifyType.watch,
        id(clientId(notify.clientId)),
        text(notify.nickname),
        u32(notify.mode),
        u16(notify.notifyType),
        notify.publicKey,
      );
    case 'unknown':
      return { type: notify.number, args: notify.args };
  }
}

/** Values in the order of their numbers, from 1; undefined and empty ones are left out. */
function payload(type: number, ...values: readonly (Uint8Array | undefined)[]): NotifyPayload {
  const args = values.flatMap((data, index): Argument[] =>
    data === undefined || data.length === 0 ? [] : [{ type: (index + 1) & 0xff, data }],
  );
  return { type, args };
}
