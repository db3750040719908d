import { randomUUID } from 'node:crypto';
import type { Element } from '../../component/stanza.js';
import { groupMessage, payloadOf } from '../../mapping/message.js';
import type { SessionEventOf, User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import type { GatewayContext } from '../context.js';
import type { Delivery, LocalMember } from './delivery.js';
import { HeldLines } from './held-lines.js';
import type { ChannelLine } from './line.js';
import type { Occupant } from './occupants.js';
import { monotonicMs } from '../../util/clock.js';
import { Transcript } from './transcript.js';

type MessageEvent = SessionEventOf<'channel-message'>;

/** A line of somebody else. */
interface ReceivedLine {
  readonly event: MessageEvent;
  /** Who could read it when it came, where it has waited since: keys change meanwhile. */
  readonly readers?: Set<LocalMember>;
}

interface HeldLine extends ReceivedLine {
  readonly at: number;
  readonly readers: Set<LocalMember>;
}

/** What the lines of a channel need to know of it. */
export interface LinesOwner {
  readonly network: string;
  readonly jid: string;
  occupant(clientId: ClientId): Occupant | undefined;
  /** Whether it is, or lately was, a session of this gateway. */
  isOwn(clientId: ClientId): boolean;
  /** Shows somebody who speaks without being known as a member. */
  appear(user: User): Occupant;
}

/** What is said on a channel: each line is published once, whoever receives it first. */
export class Lines {
  readonly #owner: LinesOwner;
  readonly #context: GatewayContext;
  readonly #delivery: Delivery;
  readonly #transcript = new Transcript<LocalMember, ChannelLine>();
  readonly #held = new HeldLines<HeldLine>((lines) => this.#publishAsSpeaker(lines));

  constructor(owner: LinesOwner, context: GatewayContext, delivery: Delivery) {
    this.#owner = owner;
    this.#context = context;
    this.#delivery = delivery;
  }

  /** A member's session has received a message: news, or a copy of what was published (which this member may have missed). */
  received(member: LocalMember, event: MessageEvent): void {
    const { sender, message } = event;
    const known = this.#transcript.get(message.digest);
    if (known !== undefined) {
      known.wasHeard = true;
      if (known.missed?.members.delete(member) !== true) return;
      this.#delivery.toMember(member, groupMessage(known.missed.line));
      if (known.missed.members.size === 0) known.missed = undefined;
      return;
    }
    // What local users say is published when they say it; other cells of the network change the octets of the copies.
    if (this.#owner.isOwn(sender.clientId)) return;
    this.#transcript.add(message.digest);
    const author = this.#owner.occupant(sender.clientId);
    if (author !== undefined) this.#publishBy(author, { event });
    else if (sender.nickname === undefined && !member.leads) {
      const readers = this.#delivery.readersOf(event);
      this.#held.hold(sender.clientId, { event, at: monotonicMs(), readers });
    } else this.#publishAsSpeaker([{ event }]);
  }

  /** Publishes what a local user says. */
  publishLocal(
    author: Occupant,
    said: { readonly id: string | undefined; readonly payload: readonly Element[] },
  ): void {
    const stanzaId = this.#context.ids.stanzaId(this.#owner.jid, randomUUID());
    const { id = stanzaId, payload } = said;
    this.#publish({ ...this.#lineBy(author), stanzaId, id, payload, origin: 'jabber' });
  }

  /** A local line goes to SILC with these octets: copies of it are no news. */
  recognise(digest: string): void {
    this.#transcript.add(digest);
  }

  /** A member's session has received octets that it cannot read. @returns whether the user has been given the message already */
  copied(member: LocalMember, digest: string): boolean {
    const known = this.#transcript.get(digest);
    if (known === undefined) return false;
    known.wasHeard = true;
    return known.missed?.members.has(member) !== true;
  }

  /** Whether some session has received the message with these octets. */
  wasHeard(digest: string): boolean {
    return this.#transcript.get(digest)?.wasHeard === true;
  }

  /**
   * A member's link is lost, and was dead from some time on before anybody noticed: keys of that time never came. What could
   * not be read for that is delivered now.
   */
  linkLost(member: LocalMember): void {
    for (const { event, at, readers } of this.#held.all()) {
      if (at >= member.heardAt && member.canRead(event)) readers.add(member);
    }
    for (const published of this.#transcript.since(member.heardAt)) {
      const { missed } = published;
      if (missed === undefined || !member.canRead(missed.line) || !missed.members.delete(member)) continue;
      this.#delivery.toMember(member, groupMessage({ ...missed.line, delay: missed.line.at }));
      if (missed.members.size === 0) published.missed = undefined;
    }
  }

  /** Somebody is shown now: what has waited for it is published. */
  authorShown(author: Occupant): void {
    for (const line of this.#held.take(author.clientId)) this.#publishBy(author, line);
  }

  /** Somebody goes: what has waited for the name goes out before. */
  authorLeaving(clientId: ClientId): void {
    this.#publishAsSpeaker(this.#held.take(clientId));
  }

  clear(): void {
    this.#held.clear();
  }

  #publishAsSpeaker(lines: readonly ReceivedLine[]): void {
    const [first] = lines;
    if (first === undefined) return;
    const author = this.#owner.appear(first.event.sender);
    for (const line of lines) this.#publishBy(author, line);
  }

  #publishBy(author: Occupant, { event: { message, protection, key }, readers }: ReceivedLine): void {
    this.#context.metrics.increment('messages_from_silc');
    const stanzaId = this.#context.ids.stanzaId(this.#owner.jid, message.digest);
    const payload = payloadOf(message);
    const line: ChannelLine = {
      ...this.#lineBy(author),
      ...{ stanzaId, id: stanzaId, payload, origin: 'silc', protection, key },
    };
    const missed = this.#publish(line, readers);
    if (missed !== undefined) this.#transcript.add(message.digest, { line, members: missed });
  }

  #lineBy({
    jid,
    occupantId,
  }: Occupant): Pick<ChannelLine, 'network' | 'room' | 'at' | 'from' | 'occupantId'> {
    const { network, jid: room } = this.#owner;
    return { network, room, at: new Date(), from: jid, occupantId };
  }

  /** @returns members who have not the key */
  #publish(line: ChannelLine, readers?: ReadonlySet<LocalMember>): Set<LocalMember> | undefined {
    const missed = this.#delivery.line(line, groupMessage(line), readers);
    this.#context.hooks.line(line);
    return missed;
  }
}
