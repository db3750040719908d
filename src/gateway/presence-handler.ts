import type { Jid } from '../component/jid.js';
import { type Element, StanzaError, xml } from '../component/stanza.js';
import type { Address, OccupantAddress } from '../mapping/address.js';
import { Namespace } from '../mapping/namespaces.js';
import { resourceToNickname } from '../mapping/nickname.js';
import { notAnOccupant, occupantPresence } from '../mapping/presence.js';
import { StatusCode } from '../mapping/status-codes.js';
import { addressInText, xmppUri } from '../mapping/uri.js';
import type { GatewayContext } from './context.js';
import { refusable } from './failures.js';
import { saysGone } from './gone.js';
import type { Liveness } from './liveness.js';
import type { Room } from './room.js';
import type { Users } from './users.js';

/** Longest passphrase that is taken from a join, in UTF-16 units. */
const MAX_PASSPHRASE = 1_024;

/** Presence: joining, leaving, changing the nickname, and the roster of the gateway. */
export class PresenceHandler {
  readonly #context: GatewayContext;
  readonly #users: Users;
  readonly #liveness: Liveness;

  constructor(context: GatewayContext, users: Users, liveness: Liveness) {
    this.#context = context;
    this.#users = users;
    this.#liveness = liveness;
  }

  async handle(stanza: Element, from: Jid, to: Address): Promise<void> {
    switch (stanza.attrs.type) {
      case undefined:
        return this.#available(stanza, from, to);
      case 'unavailable': {
        this.#unavailable(stanza, from, to);
        return;
      }
      case 'error':
        if (from.resource !== '' && saysGone(stanza)) this.removeClient(from);
        return;
      case 'probe': {
        this.#probe(stanza, from, to);
        return;
      }
      case 'subscribe': {
        this.#subscribe(stanza, from, to);
        return;
      }
      case 'unsubscribe': {
        this.#answer(stanza, from, { type: 'unsubscribed' });
        return;
      }
      default:
        // `subscribed`, `unsubscribed`: the gateway asks nobody. Unknown types are not answered (RFC 6121, 4.7.1).
        return;
    }
  }

  /** A client is gone: it leaves every room. */
  removeClient(from: Jid): void {
    for (const room of this.#users.roomsWith(from)) {
      const departure = { codes: [StatusCode.technical, StatusCode.self] };
      // What waited for the Jabber server to come back may bounce before the client has.
      room.removeGhost(from.full, departure, this.#liveness.isAsking);
    }
  }

  async #available(stanza: Element, from: Jid, to: Address): Promise<void> {
    const muc = stanza.getChild('x', Namespace.muc);
    switch (to.kind) {
      case 'occupant':
        if (muc === undefined) return this.#update(stanza, from, to);
        this.#join(stanza, from, to, muc);
        return;
      case 'channel':
        if (muc === undefined && this.#roomOf(from, to)?.concerns(from.full) === true) return;
        throw new StanzaError('modify', 'jid-malformed', `Give a nickname: ${to.jid}/nickname.`);
      case 'user':
        if (muc === undefined) return;
        throw new StanzaError('modify', 'jid-malformed', 'This is the address of a user, not of a room.');
      case 'gateway': {
        this.#answer(stanza, from, {});
        return;
      }
    }
  }

  #join(stanza: Element, from: Jid, to: OccupantAddress, muc: Element): void {
    if (from.resource === '')
      throw new StanzaError('modify', 'bad-request', 'A client joins, not an account.');
    if (!to.canonical) throw otherSpelling(to.jid);
    // JOIN takes `channel@server` for a channel by the part before the @.
    const [channel = ''] = to.name.split('@', 1);
    if (channel === '') throw new StanzaError('modify', 'jid-malformed', 'This is no name of a channel.');
    if (channel !== to.name) {
      throw otherSpelling(this.#context.addressing.channelToJid(to.network, channel));
    }
    const nickname = nicknameOf(to.occupant);
    if (nickname === undefined) throw badNickname(to.occupant);
    const password = muc.getChild('password')?.getText();
    if ((password?.length ?? 0) > MAX_PASSPHRASE) {
      throw new StanzaError('auth', 'not-authorized', 'The passphrase is too long.');
    }
    this.#users.checkQuota(from, this.#roomOf(from, to));
    const room = this.#users.session(from, to.network).room(to.jid, to.name);
    room.join(from.full, {
      stanza,
      nickname,
      name: to.occupant,
      password: password === '' ? undefined : password,
    });
  }

  /** Presence without the mark of a join: a change of the nickname, or news that SILC has no place for. */
  async #update(stanza: Element, from: Jid, to: OccupantAddress): Promise<void> {
    const room = this.#roomOf(from, to);
    if (room?.isWaiting(from.full) === true) return;
    if (room?.has(from.full) !== true) {
      // XEP-0045, 7.2.1 since 1.32: the client believes to be in the room and must learn that it is not.
      const codes = [StatusCode.self, StatusCode.kicked, StatusCode.technical];
      const text = 'You are not in this room. Join it again.';
      this.#context.send(
        notAnOccupant(stanza.attrs.to ?? to.jid, from.full, { codes, reason: text, status: text }),
      );
      return;
    }
    if (room.self?.name === to.occupant) return;
    await this.#changeNickname(room, to.occupant);
  }

  async #changeNickname(room: Room, name: string): Promise<void> {
    const nickname = nicknameOf(name);
    if (nickname === undefined) throw badNickname(name);
    const { silc } = await room.whenJoined();
    if (silc.self.nickname !== nickname) await refusable('nick', silc.nick(nickname), nickname);
  }

  #unavailable(stanza: Element, from: Jid, to: Address): void {
    if (from.resource === '') return;
    const status = stanza.getChild('status')?.getText();
    switch (to.kind) {
      case 'occupant':
      case 'channel': {
        const room = this.#roomOf(from, to);
        if (room?.concerns(from.full) === true) {
          room.leave(from.full, stanza.attrs.to ?? to.jid, status);
          return;
        }
        if (to.kind === 'occupant') {
          const codes = [StatusCode.self];
          this.#context.send(notAnOccupant(stanza.attrs.to ?? to.jid, from.full, { codes }));
        }
        return;
      }
      case 'gateway':
        for (const room of this.#users.roomsWith(from)) room.leave(from.full, room.jid, status);
        return;
      case 'user':
        return;
    }
  }

  #probe(stanza: Element, from: Jid, to: Address): void {
    if (to.kind === 'occupant') {
      const room = this.#users.joinedRoom(from, to);
      const occupant = room?.occupants.byName(to.occupant);
      if (room !== undefined && occupant !== undefined) {
        const isSelf = occupant.clientId === room.self?.clientId;
        this.#context.send(occupantPresence(from.full, occupant, isSelf ? [StatusCode.self] : []));
        return;
      }
    }
    this.#answer(stanza, from, to.kind === 'gateway' ? {} : { type: 'unavailable' });
  }

  #subscribe(stanza: Element, from: Jid, to: Address): void {
    if (to.kind === 'gateway') {
      this.#answer(stanza, from.toBare(), { type: 'subscribed' });
      this.#answer(stanza, from.toBare(), {});
      return;
    }
    const text =
      to.kind === 'user'
        ? 'The presence of SILC users cannot be watched by this gateway; messages to this address work.'
        : 'This is a room: join it instead.';
    this.#answer(stanza, from.toBare(), { type: 'unsubscribed', text });
  }

  #answer(stanza: Element, to: Jid, { type, text }: { type?: string; text?: string }): void {
    // Roster stanzas go between bare addresses.
    const from = stanza.attrs.to?.split('/', 1)[0];
    this.#context.send(
      xml('presence', { from, to: to.full, type }, text === undefined ? undefined : xml('status', {}, text)),
    );
  }

  #roomOf(from: Jid, to: { readonly network: string; readonly jid: string }): Room | undefined {
    return this.#users.findRoom(from, to.network, to.jid);
  }
}

/**
 * The SILC nickname in the resource of a room address. A client that comes back with the name it was given (`nick*mark`,
 * see `OccupantNames`) asks for the nickname in it.
 */
function nicknameOf(resource: string): string | undefined {
  const [beforeMark = ''] = resource.split('*', 1);
  return resourceToNickname(resource) ?? resourceToNickname(beforeMark);
}

/**
 * Presence comes from the one address of a room only, so that a client which has asked another spelling would wait for
 * ever.
 */
function otherSpelling(room: string): StanzaError {
  const text = `The address of this room is ${addressInText(room, 'join')}.`;
  return new StanzaError('modify', 'redirect', text, { address: xmppUri(room) });
}

function badNickname(name: string): StanzaError {
  return new StanzaError('modify', 'jid-malformed', `SILC cannot carry the nickname ${name}.`);
}
