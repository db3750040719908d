import { randomUUID } from 'node:crypto';
import { type Element, errorReply, StanzaError, xml } from '../../component/stanza.js';
import { droppedNotice } from '../../mapping/gap.js';
import { hasDisambiguator } from '../../mapping/identity.js';
import { invitation } from '../../mapping/invite.js';
import { privateMessage, type SilcContent } from '../../mapping/message.js';
import { receiptRequest } from '../../mapping/receipts.js';
import { preparedNickname } from '../../mapping/nickname.js';
import { countDrop } from '../metrics-types.js';
import type { SentMessage, SessionEventOf, User } from '../../silc/client/types.js';
import { SilcInDoubtError } from '../../silc/errors.js';
import type { ClientId } from '../../silc/ids.js';
import { monotonicMs } from '../../util/clock.js';
import { LruMap } from '../../util/lru-map.js';
import { SerialQueue } from '../../util/serial-queue.js';
import { tooManyWaiting } from '../failures.js';
import type { FlowReader } from '../flow-control.js';
import { ambiguous, disambiguatedAddress, shownAs } from './ambiguous-nick.js';
import { CatchingUp } from './catching-up.js';
import type { ChatSession } from './chat-session.js';
import { checkReceiver, checkSender, type Contact } from '../trust/conversation-keys.js';
import type { Person } from './connected-session.js';
import type { Addressee, DirectRoom, DirectSession } from './direct-session.js';
import { handOver } from './hand-over.js';
import { NicknameHolders } from './nickname-holders.js';
import { Receipts } from './receipts.js';
import { ReceiverChecks } from './receiver-checks.js';
import { untilHandedOver } from './until-handed-over.js';
import { UnreadableMessages } from './unreadable-messages.js';
import { text } from '../../text/text.js';

export type { DirectSession } from './direct-session.js';

/** Messages of one user to SILC users that wait. */
const MAX_WAITING = 100;
/** Incoming messages that wait for a look-up of the sender's nickname. */
const MAX_INCOMING = 20_000;
/** Octets of these together, and what each takes besides its text: a message has up to 64 KiB. */
const MAX_INCOMING_OCTETS = 4 << 20;
const MESSAGE_COST = 200;
/** How long a message can still be answered with "no such client". */
const UNDELIVERED_MS = 20_000;
const MAX_REMEMBERED = 500;

const IN_DOUBT = text(({ people }) => people.inDoubt);

/** Private messages and invitations between one Jabber user and the users of one network. */
export class DirectMessages implements FlowReader {
  readonly #session: DirectSession;
  readonly #flow: string;
  readonly #outgoing = new SerialQueue(MAX_WAITING, tooManyWaiting);
  readonly #incoming = new SerialQueue(MAX_INCOMING, tooManyWaiting);
  /** Thousands may have waited for the look-up of one sender. */
  readonly #catchingUp = new CatchingUp((held) => this.#session.holdReading(this.#catchingUp, held));
  #incomingOctets = 0;
  /** Messages that found no room since the last one that did. */
  #dropped = 0;
  readonly #holders: NicknameHolders;
  /** Rooms through which the user writes to somebody: the answers come back there. */
  readonly #viaRoom = new LruMap<ClientId, string>(MAX_REMEMBERED);
  readonly #receivers: ReceiverChecks;
  readonly receipts: Receipts;
  #unreadable: UnreadableMessages | undefined;
  readonly #sent = new LruMap<ClientId, { readonly stanza: Element; readonly at: number }[]>(MAX_REMEMBERED);

  constructor(session: DirectSession) {
    this.#session = session;
    this.#flow = `direct ${session.network.name} ${session.user}`;
    this.#receivers = new ReceiverChecks(session);
    this.receipts = new Receipts(session.context);
    this.#holders = new NicknameHolders(() => session.silc);
    session.context.flows.register(this.#flow, this);
  }

  setReadPaused(paused: boolean): void {
    this.#session.holdReading(this, paused);
  }

  /** The session is over. */
  close(): void {
    this.#session.context.flows.unregister(this.#flow);
    this.#receivers.close();
  }

  get busy(): boolean {
    return !this.#outgoing.idle || !this.#incoming.idle;
  }

  /**
   * Sends to the one user with a nickname.
   * @param content - what goes to SILC @param toLocal - takes the message for a user of this gateway; false for another one
   * @throws StanzaError item-not-found, conflict, and of `content`; SilcError.
   */
  sendToUser(
    stanza: Element,
    to: Addressee,
    content: () => SilcContent,
    nickname: string,
    toLocal: (receiver: ClientId, sender: User) => boolean,
  ): Promise<void> {
    return this.#exchange(async () => {
      const silc = await this.#session.open(nickname);
      const receiver = await this.find(to);
      const { clientId } = receiver;
      this.#viaRoom.delete(clientId);
      const { context, network } = this.#session;
      const address = context.addressing.userToJid(network.name, to.nickname, to.qualifier);
      await this.checkKey(receiver, address);
      if (toLocal(clientId, silc.self)) return;
      this.#checkWantedKey(silc, receiver, address);
      await this.#deliver(silc, receiver, stanza, content());
    });
  }

  /** Another user of this gateway has written: the whole stanza arrives. It never goes to SILC. */
  receivedLocal(sender: User, id: string, payload: readonly Element[]): void {
    const octets = payload.reduce((sum, part) => sum + part.toString().length, MESSAGE_COST);
    this.#show(sender, id, octets, () => payload);
  }

  /** Sends to an occupant of a room. @throws StanzaError item-not-found; SilcError. */
  sendToOccupant(stanza: Element, room: DirectRoom, name: string, content: SilcContent): Promise<void> {
    return this.#exchange(async () => {
      const { silc } = await room.whenJoined();
      const occupant = room.channel.occupants.byName(name);
      if (occupant === undefined) {
        throw new StanzaError(
          'cancel',
          'item-not-found',
          text(({ rooms }) => rooms.notThere(name)),
        );
      }
      this.#viaRoom.set(occupant.clientId, room.jid);
      await this.checkKey(occupant, occupant.address);
      this.#checkWantedKey(silc, occupant, occupant.address ?? '');
      await this.#deliver(silc, occupant, stanza, content);
    });
  }

  /** @throws StanzaError cancel/policy-violation where a contact has a key that the user has not accepted */
  async checkKey(to: Person, address: string | undefined): Promise<void> {
    const contact = this.#contact(to, address ?? '');
    await checkReceiver(this.#session.context, contact, (warning) => this.tell(to, warning));
  }

  /** @throws StanzaError cancel/not-acceptable where a key was set by hand, and is there no more: nothing goes without it */
  #checkWantedKey(silc: ChatSession, { clientId, fingerprint }: Person, address: string): void {
    const { context, user } = this.#session;
    if (!context.wantedKeys.isWanted(user, { address, fingerprint })) return;
    if (silc.privateKeyList().some(({ user: { clientId: other } }) => other === clientId)) return;
    throw new StanzaError(
      'cancel',
      'not-acceptable',
      text(({ trust }) => trust.wantedKeyGone(address, context.domain)),
    );
  }

  #contact({ clientId, fingerprint }: Person, address: string): Contact {
    const { user } = this.#session;
    const ask = async (): Promise<string | undefined> =>
      (await this.#session.silc?.whoisById(clientId))?.user.fingerprint;
    return { user, address, fingerprint, ask };
  }

  /**
   * The one SILC user of an address: who is shown under it in a room of the user, else who has the nickname.
   * @throws StanzaError item-not-found, or conflict with the addresses that work
   */
  async find({ nickname, qualifier }: Addressee): Promise<Person> {
    const [shown, ...others] = shownAs(this.#session.rooms.values(), { name: nickname, qualifier });
    if (shown !== undefined && others.length === 0) return shown;
    const { context, user, network } = this.#session;
    const address = context.addressing.userToJid(network.name, nickname, qualifier);
    const contact = shown === undefined ? context.contacts.sightings.clientAt(user, address) : undefined;
    if (contact !== undefined) return contact;
    return this.#findByNickname({ nickname, qualifier });
  }

  async #findByNickname({ nickname, qualifier }: Addressee): Promise<User> {
    const meant = (user: User): boolean => qualifier === undefined || hasDisambiguator(user, qualifier);
    const users = await this.#holders.find(nickname, meant);
    const [first, ...others] = users;
    if (first === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ people }) => people.nobodyCalled(nickname)),
      );
    }
    if (others.length === 0) return first;
    const { context, network } = this.#session;
    throw ambiguous(context.addressing, network.name, nickname, users);
  }

  received({ sender, message, protection, acknowledge }: SessionEventOf<'private-message'>): void {
    const { context, user, network } = this.#session;
    context.metrics.increment('messages_from_silc');
    this.#receivers.heardFrom(sender.clientId);
    const about = { network: network.name, room: undefined, sender, message, protection };
    const shown = context.reader.read({ ...about, audience: () => [user] });
    // What takes a while holds up nothing else.
    for (const [i, payload] of shown.entries()) {
      const id = context.ids.stanzaId(user, i === 0 ? message.digest : `${message.digest} ${i}`);
      const isAsking = acknowledge !== undefined && i === shown.length - 1;
      const show = (known: readonly Element[]): void => {
        const octets = message.kind === 'mime' ? sizeOf(known) : message.data.length;
        const all = isAsking ? [...known, receiptRequest()] : known;
        this.#show(sender, id, octets + MESSAGE_COST, () => all);
      };
      if (isAsking) this.receipts.shown(id, acknowledge);
      if (payload instanceof Promise) void payload.then(show);
      else show(payload);
    }
  }

  /** Somebody has written, and what it was cannot be known. */
  receivedUndecryptable({ sender }: SessionEventOf<'private-message-undecryptable'>): void {
    this.#unreadable ??= new UnreadableMessages(this.#session, (from, payload) => {
      this.#show(from, randomUUID(), MESSAGE_COST, payload);
    });
    this.#unreadable.received(sender);
  }

  /** Shows something in the conversation with a SILC user that is no message of that user's client. */
  tell(sender: Person, payload: readonly Element[]): void {
    this.#show(sender, randomUUID(), sizeOf(payload) + MESSAGE_COST, () => payload);
  }

  /** @param payload - makes a new one each time: an element hangs in one tree only */
  #show(sender: Person, id: string, octets: number, payload: () => readonly Element[]): void {
    const { context, user, network } = this.#session;
    if (context.contacts.sightings.isBlocked(user, network.name, sender)) return;
    if (this.#incomingOctets + octets > MAX_INCOMING_OCTETS) {
      this.#drop(new Error('too many private messages wait'));
      return;
    }
    this.#incomingOctets += octets;
    this.#incoming
      .run(async () => {
        await this.#catchingUp.next(this.#incomingOctets);
        const room = this.#roomOf(sender.clientId);
        const occupant = room?.channel.occupants.get(sender.clientId);
        const from = occupant?.jid ?? (await this.#addressOf(sender));
        const address = occupant === undefined ? from : (occupant.address ?? from);
        const checked = await checkSender(context, this.#contact(sender, address), payload());
        const pass = (one: string, shown: readonly Element[]): void => {
          const viaRoom = occupant !== undefined && room !== undefined;
          const message = { from, to: viaRoom ? undefined : user, id: one, payload: shown, viaRoom };
          if (viaRoom) room.channel.delivery.toMember(room, privateMessage(message));
          else context.send(privateMessage(message), this.#flow);
          const waiting = { from: address, id: one, payload: shown };
          context.waiting.sent(user, waiting, viaRoom ? room.clients.size : undefined);
        };
        if (checked.warning !== undefined) pass(randomUUID(), checked.warning);
        pass(id, checked.payload);
        this.#session.touch();
      })
      .catch((error: unknown) => this.#drop(error))
      .finally(() => {
        this.#incomingOctets -= octets;
        if (this.#incoming.idle) this.#tellDropped();
      });
  }

  #drop(error: unknown): void {
    const { context, user } = this.#session;
    countDrop(context.metrics, 'to_jabber', 'private-message');
    context.log.warn({ user, err: error }, 'a private message was not delivered');
    this.#dropped++;
    if (this.#incoming.idle) this.#tellDropped();
  }

  #tellDropped(): void {
    const { context, user } = this.#session;
    if (this.#dropped === 0) return;
    context.send(droppedNotice(context.domain, user, randomUUID(), this.#dropped), this.#flow);
    this.#dropped = 0;
  }

  /** The server does not know the receiver of a message any more: the newest one to it comes back. */
  deliveryFailed(clientId: ClientId): void {
    this.#forget(clientId);
    const newest = this.#sent.get(clientId)?.pop();
    if (newest === undefined || monotonicMs() - newest.at > UNDELIVERED_MS) return;
    const said = text(({ people }) => people.gone);
    this.#session.context.send(errorReply(newest.stanza, 'cancel', 'item-not-found', said));
  }

  /** A Client ID is history; a conversation through a room goes on under the new one. */
  userChanged(oldId: ClientId, newId: ClientId): void {
    const room = this.#viaRoom.get(oldId);
    this.#forget(oldId);
    if (room !== undefined) this.#viaRoom.set(newId, room);
  }

  /** An invitation from SILC: sent on as a mediated one (XEP-0045, 7.8.2). */
  invited({ channelName, by }: SessionEventOf<'invited'>): void {
    const { context, user, network } = this.#session;
    const nickname = by?.nickname;
    if (by !== undefined && context.contacts.sightings.isBlocked(user, network.name, by)) return;
    context.send(
      invitation({
        room: context.addressing.channelToJid(network.name, channelName),
        to: user,
        inviter: nickname === undefined ? undefined : context.addressing.userToJid(network.name, nickname),
      }),
    );
  }

  /** An address of a sender by which exactly this one can be answered. */
  async #addressOf(sender: Person): Promise<string> {
    const { context, user, network, rooms } = this.#session;
    const contact = context.contacts.sightings.addressOf(user, network.name, sender);
    const named =
      contact === undefined ? [] : shownAs(rooms.values(), { ...contact, name: contact.nickname });
    if (contact !== undefined && named.every((other) => other.clientId === sender.clientId))
      return contact.address;
    for (const { channel } of rooms.values()) {
      const shown = channel.occupants.get(sender.clientId)?.address;
      if (shown !== undefined) return shown;
    }
    const nickname = sender.nickname;
    if (nickname === undefined) {
      return context.addressing.userToJid(network.name, `unknown-${sender.clientId.slice(-8)}`);
    }
    const prepared = preparedNickname(nickname) ?? nickname;
    const others = await this.#holders.allWith(prepared, sender.clientId).catch(() => []);
    const isAlone = others.every((user) => user.clientId === sender.clientId);
    // A room may show somebody else under the bare nickname.
    return isAlone && shownAs(rooms.values(), { name: prepared, qualifier: undefined }).length === 0
      ? context.addressing.userToJid(network.name, nickname)
      : disambiguatedAddress(context.addressing, network.name, sender, others);
  }

  #roomOf(clientId: ClientId): DirectRoom | undefined {
    const jid = this.#viaRoom.get(clientId);
    const room = jid === undefined ? undefined : this.#session.rooms.get(jid);
    return room !== undefined && room.clients.size > 0 ? room : undefined;
  }

  async #deliver(silc: ChatSession, person: Person, stanza: Element, content: SilcContent): Promise<void> {
    const { attrs } = stanza;
    const { clientId: to } = person;
    const { inDoubt } = this.#session;
    if (inDoubt.isFull) throw tooManyWaiting();
    const asked = this.receipts.asked(stanza);
    let withdraw = (): void => undefined;
    try {
      const { context, user } = this.#session;
      const handed = (sent: SentMessage): void => {
        withdraw = inDoubt.handed(silc, sent, { attrs, text: IN_DOUBT, hasArrived: () => false });
        if (asked !== false) this.receipts.sending(silc, stanza, sent.digest, this.#viaRoom.has(to));
      };
      await handOver(silc, { user: to }, content, handed, context.preferences.get(user, 'sign'), asked);
    } catch (error) {
      if (error instanceof SilcInDoubtError) return;
      withdraw();
      throw error;
    }
    this.#receivers.sent(to, attrs);
    this.#session.context.metrics.increment('messages_to_silc');
    const list = (this.#sent.get(to) ?? []).filter(({ at }) => monotonicMs() - at < UNDELIVERED_MS);
    // An error answers the envelope; the text, up to 64 KiB each time, is not kept for that.
    const { from, to: address, id, type } = attrs;
    const envelope = xml(stanza.name, { from, to: address, id, type });
    this.#sent.set(to, [...list, { stanza: envelope, at: monotonicMs() }].slice(-MAX_WAITING));
    const { context, user, network } = this.#session;
    const session = { user, network, direct: this };
    context.saidPrivately.emit({ session, silc, to: person, payload: stanza.getChildElements() });
  }

  /** Runs in turn with the other outgoing messages. After one that was sent the session lives on for a while. */
  async #exchange(work: () => Promise<void>): Promise<void> {
    try {
      await this.#outgoing.run(() => untilHandedOver(() => this.#session.silc, work));
    } catch (error) {
      // What was refused holds no session.
      this.#session.release();
      throw error;
    }
    this.#session.touch();
  }

  #forget(clientId: ClientId): void {
    this.#viaRoom.delete(clientId);
    this.#holders.forget(clientId);
  }
}

/** What a payload takes while it waits, about, in octets. */
const sizeOf = (payload: readonly Element[]): number =>
  payload.reduce((sum, part) => sum + part.toString().length, 0);
