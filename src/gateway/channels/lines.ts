import { randomUUID } from 'node:crypto';
import type { Element } from '../../component/stanza.js';
import { groupMessage } from '../../mapping/message.js';
import type { SentMessage, SessionEventOf, User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import type { GatewayContext } from '../context.js';
import type { Delivery, LocalMember } from './delivery.js';
import { HeldLines } from './held-lines.js';
import type { ChannelLine } from './line.js';
import type { Occupant } from './occupants.js';
import { monotonicMs } from '../../util/clock.js';
import { type Published, Transcript } from './transcript.js';

type MessageEvent = SessionEventOf<'channel-message'>;

/** A line of somebody else. */
interface ReceivedLine {
  readonly event: MessageEvent;
  /** Who could read it when it came, where it has waited since: keys change meanwhile. */
  readonly readers?: Set<LocalMember>;
  /** When it was heard first. */
  readonly since: number;
}

/** A line whose payload takes a while. */
interface LaterLine {
  readonly line: Omit<ChannelLine, 'payload'>;
  readonly payload: Promise<readonly Element[]>;
}

interface HeldLine extends ReceivedLine {
  readonly at: number;
  readonly readers: Set<LocalMember>;
}

/** What a local user says. */
export interface LocalLine {
  /** Of the author's stanza. */
  readonly id: string | undefined;
  readonly payload: readonly Element[];
  /**
   * What went to SILC of it; undefined where nothing did yet, or nothing will. Without a digest nothing will, and only who has the key
   * gets it.
   */
  readonly sent?: (Pick<SentMessage, 'protection' | 'key'> & { readonly digest?: string }) | undefined;
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
  /** Messages whose payload takes a while, by digest: who may read them. */
  readonly #coming = new Map<string, Set<LocalMember>>();
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
      this.#coming.get(message.digest)?.add(member);
      for (const line of takeMissed(known, member)) this.#delivery.toMember(member, groupMessage(line));
      return;
    }
    // What local users say is published when they say it; other cells of the network change the octets of the copies.
    if (this.#owner.isOwn(sender.clientId)) return;
    this.#transcript.add(message.digest);
    const author = this.#owner.occupant(sender.clientId);
    const since = monotonicMs();
    if (author !== undefined) this.#publishBy(author, { event, since });
    else if (sender.nickname === undefined && !member.leads) {
      const readers = this.#delivery.readersOf(event);
      this.#held.hold(sender.clientId, { event, at: since, since, readers }, message.data.length);
    } else this.#publishAsSpeaker([{ event, since }]);
  }

  /** Publishes what a local user says. */
  publishLocal(author: Occupant, said: LocalLine): void {
    const stanzaId = this.#context.ids.stanzaId(this.#owner.jid, randomUUID());
    const { id = stanzaId, payload, sent } = said;
    const line = { ...this.#lineBy(author), stanzaId, id, payload, origin: 'jabber' } as const;
    if (sent?.protection !== 'private-key') this.#publish(line);
    // Local users who have that key get it, at the latest with their own copy.
    else {
      const { digest, protection, key } = sent;
      const hidden = { ...line, protection, ...(key && { key }) };
      if (digest === undefined) this.#publish(hidden);
      else this.#publishReceived(digest, hidden);
    }
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
    if (this.#coming.has(digest)) return this.#coming.get(digest)?.has(member) === true;
    return known.missed?.some(({ members }) => members.has(member)) !== true;
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
      for (const line of takeMissed(published, member, (missed) => member.canRead(missed))) {
        this.#delivery.toMember(member, groupMessage({ ...line, delay: line.at }));
      }
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
    this.#coming.clear();
  }

  #publishAsSpeaker(lines: readonly ReceivedLine[]): void {
    const [first] = lines;
    if (first === undefined) return;
    const author = this.#owner.appear(first.event.sender);
    for (const line of lines) this.#publishBy(author, line);
  }

  #publishBy(author: Occupant, { event, readers, since }: ReceivedLine): void {
    const { message, sender, protection, key } = event;
    this.#context.metrics.increment('messages_from_silc');
    const { network, jid: room } = this.#owner;
    const audience = (): readonly string[] => [...this.#delivery.readersOf(event)].map(({ user }) => user);
    const by = this.#lineBy(author);
    const shown = this.#context.reader.read({ network, room, sender, message, protection, audience });
    const later = shown.map((payload, i) => {
      const stanzaId = this.#context.ids.stanzaId(room, i === 0 ? message.digest : `${message.digest} ${i}`);
      const line = { ...by, stanzaId, id: stanzaId, origin: 'silc', protection, key } as const;
      if (payload instanceof Promise) return { line, payload };
      this.#publishReceived(message.digest, { ...line, payload }, readers);
      return undefined;
    });
    this.#context.metrics.took('message_from_silc_seconds', monotonicMs() - since);
    void this.#publishLater(message.digest, readers ?? this.#delivery.readersOf(event), later);
  }

  #publishReceived(digest: string, line: ChannelLine, readers?: ReadonlySet<LocalMember>): void {
    const missed = this.#publish(line, readers);
    if (missed !== undefined) this.#transcript.missed(digest, { line, members: missed });
  }

  /** Others may go before them. Who could read the message when it came gets them, and who gets a copy meanwhile. */
  async #publishLater(
    digest: string,
    readers: ReadonlySet<LocalMember>,
    lines: readonly (LaterLine | undefined)[],
  ): Promise<void> {
    const waiting = lines.filter((one) => one !== undefined);
    if (waiting.length === 0) return;
    const coming = new Set(readers);
    this.#coming.set(digest, coming);
    const all = waiting.map(async ({ line, payload }) => {
      const known = await payload;
      // Otherwise the channel is gone.
      if (this.#coming.get(digest) !== coming) return;
      this.#publishReceived(digest, { ...line, at: new Date(), payload: known }, coming);
    });
    await Promise.all(all);
    if (this.#coming.get(digest) === coming) this.#coming.delete(digest);
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

/** The lines that a member was not given yet, and is given now. */
function takeMissed(
  published: Published<LocalMember, ChannelLine>,
  member: LocalMember,
  mayRead: (line: ChannelLine) => boolean = () => true,
): readonly ChannelLine[] {
  const taken = (published.missed ?? []).flatMap(({ line, members }) =>
    mayRead(line) && members.delete(member) ? [line] : [],
  );
  if (taken.length > 0) published.missed = published.missed?.filter(({ members }) => members.size > 0);
  return taken;
}
