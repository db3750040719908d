import type { BareJid } from '../../component/jid.js';
import type { Element } from '../../component/stanza.js';
import { withVerifiedHat } from '../../mapping/hats.js';
import { roomStanzaId } from '../../mapping/message.js';
import { withoutAddress } from '../../mapping/presence.js';
import type { UndecryptableReason } from '../../silc/client/types.js';
import { Deferred } from '../../util/deferred.js';
import type { GatewayContext } from '../context.js';
import type { FlowReader } from '../flow-control.js';
import { Anonymity } from './anonymity.js';
import type { ChannelLine } from './line.js';
import { KeptPresences } from './kept-presences.js';
import type { Occupant } from './occupants.js';

/** A local user's place on a channel, as the channel sees it. */
export interface LocalMember extends FlowReader {
  readonly user: BareJid;
  /** Clients in the room, by full JID. */
  readonly clients: ReadonlySet<string>;
  /** False where the user's own session has not the key of a line. */
  canRead(line: Pick<ChannelLine, 'key' | 'protection'>): boolean;
  /** When the user's own session has heard something last, on the monotonic clock; of a link that is lost, on that one. */
  readonly heardAt: number;
  /** The link of the user's own session is lost. */
  readonly isReconnecting: boolean;
  /** A message came that no session of the gateway can decrypt, while the user's own one heard nothing. */
  missedUnreadable(reason: UndecryptableReason): void;
  /** True when the user's own session is the one that finds out who the members are. */
  readonly leads: boolean;
}

/** Fan-out of one channel to the clients of its local users. A stanza is made once, without `to`. */
export class Delivery implements FlowReader {
  readonly #context: GatewayContext;
  readonly #network: string;
  readonly #members = new Set<LocalMember>();
  /** Stanzas for clients that are being shown the history: they follow it. */
  readonly #buffers = new Map<
    string,
    { readonly stanzas: Element[]; readonly done: Deferred; joins: number }
  >();
  readonly #hidesFrom: (member: LocalMember) => boolean;
  /** Who sees the addresses of occupants. */
  readonly anonymity: Anonymity;
  readonly presences = new KeptPresences();
  #everybody: readonly string[] | undefined;
  #isPaused = false;

  /** @param occupantOf - as whom a member is shown */
  constructor(
    context: GatewayContext,
    room: { readonly network: string; readonly name: string },
    occupantOf: (member: LocalMember) => Occupant | undefined,
  ) {
    const { network } = room;
    this.#context = context;
    this.anonymity = new Anonymity(context.settings, room);
    this.#hidesFrom = (member) => this.anonymity.hidesFrom(occupantOf(member));
    this.#network = network;
  }

  add(member: LocalMember): void {
    this.#members.add(member);
    this.returned(member);
    this.clientsChanged();
  }

  /** A member has another link to SILC than before. */
  returned(member: LocalMember): void {
    if (this.#isPaused) member.setReadPaused(true);
  }

  delete(member: LocalMember): void {
    if (this.#members.delete(member) && this.#isPaused) member.setReadPaused(false);
    this.clientsChanged();
  }

  setReadPaused(paused: boolean): void {
    this.#isPaused = paused;
    for (const member of this.#members) {
      // Who may read again tells at once what has waited for it; that may be too much already, and all are paused again.
      if (this.#isPaused !== paused) return;
      member.setReadPaused(paused);
    }
  }

  get members(): ReadonlySet<LocalMember> {
    return this.#members;
  }

  /** To be called whenever a member's clients are others than before. */
  clientsChanged(): void {
    this.#everybody = undefined;
  }

  /** To all clients of all local users. */
  toEverybody(stanza: Element): void {
    this.#everybody ??= clientsOf(this.#members);
    this.#send(stanza, this.#everybody);
  }

  /** The presence of somebody, to all; who has verified the key is shown that, and addresses those who may see them. */
  presence(stanza: Element, fingerprint: string | undefined): void {
    if (this.#looksTheSame(stanza, fingerprint)) this.toEverybody(stanza);
    else this.#show([...this.#members], stanza, fingerprint);
  }

  /** One stanza for a member's own clients, another one for all others. @param fingerprint of whom it is about */
  toEverybodyAbout(
    member: LocalMember,
    stanza: Element,
    selfStanza: Element,
    fingerprint: string | undefined,
  ): void {
    const others = [...this.#members].filter((other) => other !== member);
    this.#show(others, stanza, fingerprint);
    this.toMember(member, selfStanza);
  }

  /** Whether a presence is the same for everybody. */
  #looksTheSame({ attrs }: Element, fingerprint: string | undefined): boolean {
    if (this.anonymity.isSemiAnonymous) return false;
    return attrs.type !== undefined || !this.#context.trust.isVerifiedByAny(fingerprint);
  }

  #show(members: readonly LocalMember[], stanza: Element, fingerprint: string | undefined): void {
    const hidden = this.anonymity.isSemiAnonymous ? members.filter(this.#hidesFrom) : [];
    if (hidden.length === 0) {
      this.#showTo(members, stanza, fingerprint);
      return;
    }
    this.#showTo(hidden, withoutAddress(stanza), fingerprint);
    const others = members.filter((member) => !hidden.includes(member));
    if (others.length > 0) this.#showTo(others, stanza, fingerprint);
  }

  #showTo(members: readonly LocalMember[], stanza: Element, fingerprint: string | undefined): void {
    const { trust } = this.#context;
    const isVerified = ({ user }: LocalMember): boolean =>
      trust.isVerified(user, this.#network, fingerprint) && stanza.attrs.type === undefined;
    const knowing = members.filter(isVerified);
    const others = knowing.length === 0 ? members : members.filter((member) => !isVerified(member));
    this.#send(stanza, clientsOf(others));
    if (knowing.length > 0) this.#send(withVerifiedHat(stanza), clientsOf(knowing));
  }

  toMember(member: LocalMember, stanza: Element): void {
    this.#send(stanza, [...member.clients]);
  }

  /** Those who can read a line now. */
  readersOf(line: Pick<ChannelLine, 'key' | 'protection'>): Set<LocalMember> {
    return new Set([...this.#members].filter((member) => member.canRead(line)));
  }

  /**
   * Sends to the users who can read a line.
   * @param readers - who could read it when it came, where that is a while ago
   * @returns the others, undefined when there are none
   */
  line(line: ChannelLine, stanza: Element, readers?: ReadonlySet<LocalMember>): Set<LocalMember> | undefined {
    let missed: Set<LocalMember> | undefined;
    for (const member of this.#members) {
      if (readers?.has(member) !== true && !member.canRead(line)) (missed ??= new Set()).add(member);
    }
    if (missed === undefined) this.toEverybody(stanza);
    else for (const member of this.#members) if (!missed.has(member)) this.toMember(member, stanza);
    return missed;
  }

  /** What comes for a client (full JID) from now on waits until `release`, of as many joins as it has begun. */
  buffer(client: string): void {
    const buffer = this.#buffers.get(client);
    if (buffer === undefined) this.#buffers.set(client, { stanzas: [], done: new Deferred(), joins: 1 });
    else buffer.joins++;
  }

  /** Resolves when a client has been shown all that its join brings: answers to what it asks meanwhile follow that. Undefined when there is nothing to wait for. */
  shown(client: string): Promise<void> | undefined {
    return this.#buffers.get(client)?.done.promise;
  }

  /** Ids of the lines that wait for a client: they follow the history, so it must not show them as well. */
  waitingFor(client: string): ReadonlySet<string> {
    const stanzas = this.#buffers.get(client)?.stanzas ?? [];
    return new Set(stanzas.flatMap((stanza) => roomStanzaId(stanza) ?? []));
  }

  /** @param isThere false where the client has left meanwhile: it is told nothing any more */
  release(client: string, isThere: boolean): void {
    const buffer = this.#buffers.get(client);
    if (buffer === undefined || --buffer.joins > 0) return;
    this.#buffers.delete(client);
    buffer.done.resolve();
    if (isThere) for (const stanza of buffer.stanzas) this.#context.sendToEach(stanza, [client]);
  }

  #send(stanza: Element, clients: readonly string[]): void {
    if (this.#buffers.size === 0) {
      this.#context.sendToEach(stanza, clients);
      return;
    }
    const now: string[] = [];
    for (const client of clients) {
      const buffer = this.#buffers.get(client);
      if (buffer === undefined) now.push(client);
      else buffer.stanzas.push(stanza);
    }
    this.#context.sendToEach(stanza, now);
  }
}

function clientsOf(members: Iterable<LocalMember>): readonly string[] {
  const all: string[] = [];
  for (const { clients } of members) for (const client of clients) all.push(client);
  return all;
}
