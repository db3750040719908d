import type { Jid } from '../component/jid.js';
import { tryParseJid } from '../component/jid.js';
import { type Element, StanzaError } from '../component/stanza.js';
import type { Address, ChannelAddress, OccupantAddress, UserAddress } from '../mapping/address.js';
import {
  directInvite,
  invitation,
  isDecline,
  type InviteRequest,
  mediatedInvites,
} from '../mapping/invite.js';
import { type Speech, speechOf } from '../mapping/message.js';
import { requestedSubject } from '../mapping/subject.js';
import type { GatewayContext } from './context.js';
import { refusable, refusalOf } from './failures.js';
import { saysGone } from './gone.js';
import type { PresenceHandler } from './presence-handler.js';
import type { Room } from './room.js';
import type { Users } from './users.js';

/** Invitations in one message. */
const MAX_INVITES = 20;
/** Most octets of one SILC message. */
const MAX_MESSAGE_OCTETS = 64_000;

/** Messages: to rooms, to SILC users, invitations, and the errors that tell of clients which are gone. */
export class MessageHandler {
  readonly #context: GatewayContext;
  readonly #users: Users;
  readonly #presence: PresenceHandler;

  constructor(context: GatewayContext, users: Users, presence: PresenceHandler) {
    this.#context = context;
    this.#users = users;
    this.#presence = presence;
  }

  async handle(stanza: Element, from: Jid, to: Address): Promise<void> {
    if (stanza.attrs.type === 'error') {
      if (from.resource !== '' && saysGone(stanza)) this.#presence.removeClient(from);
      return;
    }
    try {
      switch (to.kind) {
        case 'channel': {
          await this.#toRoom(stanza, from, to);
          return;
        }
        case 'occupant': {
          await this.#toOccupant(stanza, from, to);
          return;
        }
        case 'user': {
          await this.#toUser(stanza, from, to);
          return;
        }
        case 'gateway':
          if (speechOf(stanza) === undefined) return;
          throw new StanzaError(
            'cancel',
            'service-unavailable',
            'This is a gateway to SILC. Write to a room or to a SILC user instead.',
          );
      }
    } catch (error) {
      throw refusalOf(error, 'message');
    }
  }

  async #toRoom(stanza: Element, from: Jid, to: ChannelAddress): Promise<void> {
    const invites = mediatedInvites(stanza);
    if (invites.length > 0) return this.#invite(this.#joinedRoom(from, to), invites.slice(0, MAX_INVITES));
    if (isDecline(stanza)) return;
    const speech = carriedSpeech(stanza);
    if (stanza.attrs.type !== 'groupchat') {
      if (speech === undefined) return;
      throw new StanzaError('modify', 'not-acceptable', 'This is a room: join it to talk in it.');
    }
    const subject = requestedSubject(stanza);
    // Chat states, receipts and the like have no form in SILC.
    if (speech === undefined && subject === undefined) return;
    const room = this.#joinedRoom(from, to);
    if (speech !== undefined) return room.carryOut(() => room.speech.say(stanza, speech));
    if (subject === undefined) return;
    await refusable(
      'topic',
      room.carryOut(() => room.speech.setTopic(subject)),
    );
  }

  async #toOccupant(stanza: Element, from: Jid, to: OccupantAddress): Promise<void> {
    if (stanza.attrs.type === 'groupchat') {
      throw new StanzaError('modify', 'bad-request', 'Messages of type groupchat go to the room.');
    }
    const speech = carriedSpeech(stanza);
    if (speech === undefined) return;
    const room = this.#joinedRoom(from, to);
    await room.carryOut(() => room.session.privates.tellOccupant(stanza, room, to.occupant, speech));
  }

  async #toUser(stanza: Element, from: Jid, to: UserAddress): Promise<void> {
    const invite = directInvite(stanza);
    if (invite !== undefined) {
      const target = this.#context.addressing.parse(invite.room);
      if (target.kind === 'channel' && target.network === to.network) {
        return this.#inviteSilcUser(this.#joinedRoom(from, target), to);
      }
    }
    const speech = carriedSpeech(stanza);
    if (speech === undefined) return;
    if (stanza.attrs.type === 'groupchat') {
      throw new StanzaError('modify', 'not-acceptable', 'This is the address of a user, not of a room.');
    }
    const session = this.#users.session(from, to.network);
    const addressee = { nickname: to.name, qualifier: to.qualifier };
    await session.privates.tell(stanza, addressee, speech, this.#users.nicknameOf(from));
  }

  async #invite(room: Room, invites: readonly InviteRequest[]): Promise<void> {
    for (const { to, reason } of invites) {
      const target = tryParseJid(to);
      if (target === undefined) throw new StanzaError('modify', 'jid-malformed', 'This is no address.');
      if (target.domain === this.#context.domain) {
        await this.#inviteAddress(room, this.#context.addressing.parse(target));
        continue;
      }
      const { silc, channel } = await room.whenJoined();
      const session = this.#users.find(target, room.session.network.name);
      const clientId = session?.silc?.self.clientId;
      // Who is on the network already is invited by SILC, which also opens an invite-only channel.
      if (clientId !== undefined) await refusable('invite', silc.invite(channel.id, clientId));
      else {
        const { jid, passphrase: password, self } = room;
        this.#context.send(invitation({ room: jid, to: target.bare, inviter: self?.jid, reason, password }));
      }
    }
  }

  #inviteAddress(room: Room, to: ReturnType<GatewayContext['addressing']['parse']>): Promise<void> {
    if (to.kind === 'user' && to.network === room.session.network.name) return this.#inviteSilcUser(room, to);
    throw new StanzaError('cancel', 'item-not-found', 'This is no user of the same SILC network.');
  }

  async #inviteSilcUser(room: Room, to: UserAddress): Promise<void> {
    const { silc, channel } = await room.whenJoined();
    const user = await room.session.privates.find({ nickname: to.name, qualifier: to.qualifier });
    await refusable('invite', silc.invite(channel.id, user.clientId));
  }

  /** The room, with the sender in it. @throws StanzaError modify/not-acceptable otherwise. */
  #joinedRoom(from: Jid, to: ChannelAddress | OccupantAddress): Room {
    const room = this.#users.joinedRoom(from, to);
    if (room !== undefined) return room;
    throw new StanzaError('modify', 'not-acceptable', 'You are not in this room.');
  }
}

/** What a message says. @throws StanzaError modify/not-acceptable for a text beyond one SILC message: it is never cut. */
function carriedSpeech(stanza: Element): Speech | undefined {
  const speech = speechOf(stanza);
  const octets = new TextEncoder().encode(speech?.text).length;
  if (octets <= MAX_MESSAGE_OCTETS) return speech;
  throw new StanzaError(
    'modify',
    'not-acceptable',
    `The message has ${octets} octets; SILC carries ${MAX_MESSAGE_OCTETS} at most. Nothing was sent.`,
  );
}
