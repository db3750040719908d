import { randomUUID } from 'node:crypto';
import { type Element, xml } from '../component/stanza.js';
import { Namespace } from '../mapping/namespaces.js';
import { groupMessage, payloadOf } from '../mapping/message.js';
import { type Departure, departurePresence, occupantPresence, renamePresence } from '../mapping/presence.js';
import { StatusCode } from '../mapping/status-codes.js';
import { subjectMessage } from '../mapping/subject.js';
import { undecryptableNotice } from '../mapping/undecryptable.js';
import type {
  Channel,
  Member,
  SessionEvent,
  SessionEventOf,
  UndecryptableReason,
  User,
} from '../silc/client/types.js';
import type { ClientId } from '../silc/ids.js';
import { ChannelMode } from '../silc/modes.js';
import { Absentees } from './absentees.js';
import type { Room } from './room.js';
import type { Occupant } from './room-occupants.js';

/** Shows in a room what happens on its channel. */
export class RoomEvents {
  readonly #room: Room;
  /** The topic that the clients know. */
  #topic = '';
  readonly #absentees: Absentees;
  /** Why messages could not be read lately, as far as the clients were told. */
  readonly #unreadable = new Set<UndecryptableReason>();

  constructor(room: Room) {
    this.#room = room;
    this.#absentees = new Absentees(({ clientId }) => this.#hide(clientId, {}));
  }

  /** Takes everybody on the channel as they are now; nobody is told (the joining clients are, by the replay). */
  populate(channel: Channel, self: User): void {
    const { occupants } = this.#room;
    occupants.clear();
    this.#absentees.replace([]);
    this.#unreadable.clear();
    this.#topic = channel.topic ?? '';
    for (const member of channel.members.values()) {
      // Those without a name come with `user-resolved`; oneself last, so that the first holder of a nickname keeps it.
      if (member.user.clientId !== self.clientId && member.user.nickname !== undefined) {
        occupants.show(channel, member);
      }
    }
    this.#room.self = occupants.show(channel, selfMember(channel, self));
  }

  /** The channel was joined again after a broken link: tells the differences between what is shown and what is. */
  reconcile(channel: Channel, self: User): void {
    const { occupants } = this.#room;
    const gone = new Map<ClientId, Occupant>();
    for (const occupant of occupants.values()) gone.set(occupant.clientId, occupant);
    const before = this.#room.self;
    if (before !== undefined) {
      gone.delete(before.clientId);
      this.#rebind(before, channel, selfMember(channel, self));
    }
    const others = gone.size;
    const arrived: Member[] = [];
    for (const member of channel.members.values()) {
      if (member.user.clientId === self.clientId) continue;
      if (gone.delete(member.user.clientId)) this.#refresh(channel, member);
      else if (member.user.nickname !== undefined) arrived.push(member);
    }
    // Nobody is who he was: the server has restarted, and the others are on their way back like ourselves.
    const isNewServer = others > 0 && gone.size === others;
    this.#absentees.replace(gone.values());
    for (const member of arrived) {
      const old = this.#absentees.claim(member.user);
      if (old !== undefined) this.#rebind(old, channel, member);
    }
    this.#absentees.expireIn(isNewServer ? this.#room.session.graceMs : 0);
    for (const member of arrived) {
      if (occupants.get(member.user.clientId) === undefined) this.#show(channel, member);
    }
    const topic = channel.topic ?? '';
    if (topic !== this.#topic) this.#tellSubject(topic, undefined);
  }

  /** The room is over. */
  stop(): void {
    this.#absentees.replace([]);
  }

  handle(event: SessionEvent, channel: Channel): void {
    if ('channel' in event && event.channel?.id !== channel.id) return;
    switch (event.type) {
      case 'channel-message': {
        this.#message(event);
        return;
      }
      case 'member-joined':
        if (event.member.user.nickname !== undefined) this.#show(channel, event.member);
        return;
      case 'user-resolved': {
        this.#resolved(channel, event.user);
        return;
      }
      case 'member-left': {
        this.#left(event);
        return;
      }
      case 'nick-changed': {
        this.#renamed(event.oldClientId, event.user);
        return;
      }
      case 'member-mode-changed': {
        this.#refresh(channel, event.member);
        return;
      }
      case 'channel-mode-changed': {
        this.#modeChanged(channel);
        return;
      }
      case 'topic-changed': {
        this.#topicChanged(event);
        return;
      }
      case 'channel-message-undecryptable': {
        this.#undecryptable(event.reason);
        return;
      }
      default:
        return;
    }
  }

  #message({ channel, sender, message }: SessionEventOf<'channel-message'>): void {
    const { context, jid, occupants } = this.#room;
    let occupant = occupants.get(sender.clientId);
    if (occupant === undefined) {
      occupant = occupants.showStranger(channel, sender);
      const shown = occupant;
      this.#room.broadcast((to) => occupantPresence(to, shown));
    }
    const { jid: from, occupantId } = occupant;
    const stanzaId = context.ids.stanzaId(jid, message.digest);
    context.metrics.increment('messages_from_silc');
    this.#unreadable.clear();
    this.#room.broadcast((to) =>
      groupMessage({ from, to, room: jid, id: stanzaId, stanzaId, payload: payloadOf(message), occupantId }),
    );
  }

  /** Tells it once, and again only after a message that could be read. */
  #undecryptable(reason: UndecryptableReason): void {
    if (this.#unreadable.has(reason)) return;
    this.#unreadable.add(reason);
    const id = randomUUID();
    this.#room.broadcast((to) => undecryptableNotice(this.#room.jid, to, id, reason));
  }

  #show(channel: Channel, member: Member): void {
    if (this.#room.occupants.get(member.user.clientId) !== undefined) {
      this.#refresh(channel, member);
      return;
    }
    const absent = this.#absentees.claim(member.user);
    if (absent !== undefined) {
      this.#rebind(absent, channel, member);
      return;
    }
    const occupant = this.#room.occupants.show(channel, member);
    this.#room.broadcast((to) => occupantPresence(to, occupant));
  }

  #resolved(channel: Channel, user: User): void {
    const shown = this.#room.occupants.get(user.clientId);
    if (shown?.nickname === undefined && shown !== undefined) {
      this.#renamed(user.clientId, user);
      return;
    }
    const member = channel.members.get(user.clientId);
    if (shown === undefined && member !== undefined && user.nickname !== undefined)
      this.#show(channel, member);
  }

  /** Tells a new role or affiliation, if there is one. */
  #refresh(channel: Channel, member: Member): void {
    const { occupants } = this.#room;
    const before = occupants.get(member.user.clientId);
    if (before === undefined) return;
    const after = occupants.show(channel, member);
    const isSelf = this.#isSelf(before);
    if (isSelf) this.#room.self = after;
    if (before.affiliation === after.affiliation && before.role === after.role) return;
    this.#room.broadcast((to) => occupantPresence(to, after, isSelf ? [StatusCode.self] : []));
  }

  #left({ user, cause, self }: SessionEventOf<'member-left'>): void {
    if (!self) this.#hide(user.clientId, this.#departureOf(user, cause));
    else if (cause.kind === 'vanished') this.#room.dismiss(offChannel);
    else this.#room.dismiss(this.#departureOf(user, cause));
  }

  #departureOf(user: User, cause: SessionEventOf<'member-left'>['cause']): Departure {
    switch (cause.kind) {
      case 'signoff':
        return { status: cause.message };
      case 'kicked': {
        const isBan = this.#room.context.bans.has(this.#room.jid, user.clientId);
        return {
          codes: [isBan ? StatusCode.banned : StatusCode.kicked],
          affiliation: isBan ? 'outcast' : 'none',
          actor: this.#nameOf(cause.by),
          reason: cause.comment,
        };
      }
      case 'killed':
        return {
          codes: [StatusCode.kicked],
          affiliation: 'none',
          actor: this.#nameOf(cause.by),
          reason: cause.comment ?? 'Removed from the SILC network',
        };
      case 'server-signoff':
        return { status: 'The SILC server of this user is gone.' };
      case 'leave':
      case 'vanished':
        return {};
    }
  }

  #nameOf(user: User | undefined): string | undefined {
    if (user === undefined) return undefined;
    return this.#room.occupants.get(user.clientId)?.name ?? user.nickname;
  }

  #hide(clientId: ClientId, departure: Departure): void {
    const occupant = this.#room.occupants.hide(clientId);
    if (occupant !== undefined) this.#room.broadcast((to) => departurePresence(to, occupant, departure));
  }

  #renamed(oldId: ClientId, user: User): void {
    const { occupants } = this.#room;
    if (occupants.get(oldId) === undefined) return;
    const { before, after } = occupants.rename(oldId, user);
    if (before === undefined) return;
    const isSelf = this.#isSelf(before);
    if (isSelf) this.#room.self = after;
    if (this.#room.topicSetter === before.jid) this.#room.topicSetter = after.jid;
    if (before.name === after.name) return;
    this.#tellRename(before, after, isSelf);
  }

  #tellRename(before: Occupant, after: Occupant, isSelf: boolean): void {
    this.#room.broadcast((to) => renamePresence(to, before, after.name, isSelf));
    this.#room.broadcast((to) => occupantPresence(to, after, isSelf ? [StatusCode.self] : []));
  }

  /** The same person under a new Client ID. */
  #rebind(before: Occupant, channel: Channel, member: Member): void {
    const isSelf = this.#isSelf(before);
    const { after } = this.#room.occupants.rename(before.clientId, member.user);
    if (isSelf) this.#room.self = after;
    if (before.name !== after.name) this.#tellRename(before, after, isSelf);
    this.#refresh(channel, member);
  }

  #modeChanged(channel: Channel): void {
    // A passphrase that is no longer wanted is not passed on by invitations either.
    if ((channel.mode & ChannelMode.passphrase) === 0) this.#room.passphrase = undefined;
    for (const member of channel.members.values()) this.#refresh(channel, member);
    this.#room.broadcast((to) => configurationChanged(this.#room.jid, to));
  }

  #topicChanged({ topic, by }: SessionEventOf<'topic-changed'>): void {
    this.#tellSubject(topic, by === undefined ? undefined : this.#room.occupants.get(by.clientId)?.jid);
  }

  #tellSubject(topic: string, setter: string | undefined): void {
    this.#topic = topic;
    this.#room.topicSetter = setter;
    this.#room.broadcast((to) => subjectMessage(setter ?? this.#room.jid, to, topic));
  }

  #isSelf(occupant: Occupant): boolean {
    return this.#room.self?.clientId === occupant.clientId;
  }
}

/** The server has told nothing, and does not list the user any more. */
const offChannel: Departure = {
  codes: [StatusCode.technical],
  status: 'The SILC server has taken you off this channel.',
};

function selfMember(channel: Channel, self: User): Member {
  return channel.members.get(self.clientId) ?? { user: self, mode: 0 };
}

/** A change of the room's configuration (XEP-0045, 10.2.1). */
function configurationChanged(room: string, to: string): Element {
  return xml(
    'message',
    { from: room, to, type: 'groupchat' },
    xml('x', { xmlns: Namespace.mucUser }, xml('status', { code: StatusCode.configurationChanged })),
  );
}
