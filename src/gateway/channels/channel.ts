import { randomUUID } from 'node:crypto';
import type { Availability } from '../../mapping/availability.js';
import type { ClientIdentity } from '../../mapping/identity.js';
import type { LeaveReason } from '../../mapping/presence.js';
import { unprotectedNotice } from '../../mapping/channel-notice.js';
import type { Channel as SilcChannel, SessionEvent, SessionEventOf, User } from '../../silc/client/types.js';
import { ChannelMode } from '../../silc/modes.js';
import type { GatewayContext } from '../context.js';
import { showOnSilc } from '../sessions/own-mode.js';
import { keptOccupant } from '../restarts/kept-occupant.js';
import type { KeptChannel, KeptOccupant } from '../restarts/state.js';
import { ChannelConfiguration, type Configured } from './configuration.js';
import type { KeptAffiliation } from '../affiliations/kept-affiliation.js';
import { KeptAffiliations } from '../affiliations/kept-affiliations.js';
import { ChangeNotes } from './change-notes.js';
import { Delivery, type LocalMember } from './delivery.js';
import type { FounderKeys } from './founder-keys.js';
import { FounderRights } from './founder-rights.js';
import { Gaps } from './gaps.js';
import { leaveReasonOf } from './leave-reason.js';
import { Lines, type LocalLine } from './lines.js';
import type { Joined } from './local-places.js';
import { Members, type OwnClients } from './members.js';
import type { Occupant, Occupants } from './occupants.js';
import { Ownership } from './ownership.js';
import { Removals } from './removals.js';
import type { Arrival } from './rights-channel.js';
import type { RightsHolder } from './rights-places.js';
import { showOthersAgain } from './others-shown.js';
import { Standings } from './standings.js';
import type { AnyText } from '../../text/text.js';

export type { LocalMember } from './delivery.js';
export type { OwnClients } from './members.js';

/** A local user's place, with the link by which it is held. */
export type RoomMember = LocalMember & RightsHolder;

/**
 * A channel of a SILC network, once for all local users: its members under the names that everybody sees, modes, topic, and
 * what is said on it. What a user's own session says of that user counts; of all others, what any session hears.
 */
export class Channel {
  readonly network: string;
  /** Canonical room address. */
  readonly jid: string;
  /** Prepared name. */
  readonly name: string;
  readonly delivery: Delivery;
  readonly rights: FounderRights;
  /** A user of the gateway has just founded it and not configured it yet (XEP-0045, 10.1). */
  isUnconfigured = false;
  readonly affiliations: KeptAffiliations;
  readonly notes = new ChangeNotes();
  readonly #standings: Standings;
  readonly ownership: Ownership;
  readonly #context: GatewayContext;
  readonly #members: Members;
  readonly #lines: Lines;
  readonly #onUnused: () => void;
  /** Local users who are on the channel, or on their way to it. */
  #holders = 0;
  readonly #configuration: ChannelConfiguration;
  readonly #gaps: Gaps;
  readonly #removals: Removals;

  constructor(
    fields: { readonly network: string; readonly jid: string; readonly name: string },
    context: GatewayContext,
    own: OwnClients,
    founderKeys: FounderKeys,
    onUnused: () => void,
  ) {
    const { network, jid, name } = fields;
    this.network = network;
    this.jid = jid;
    this.name = name;
    this.#context = context;
    this.#onUnused = onUnused;
    this.delivery = new Delivery(context, fields, this.occupantOf.bind(this));
    context.flows.register(jid, this.delivery);
    this.#gaps = new Gaps(jid, (line) => this.delivery.toEverybody(line));
    this.#standings = new Standings(this, (clientId) => this.#members.memberOf(clientId)?.user);
    const addresses = {
      jid: (occupant: string) => `${jid}/${occupant}`,
      user: (nickname: string, disambiguator: string | undefined) =>
        context.addressing.userToJid(network, nickname, disambiguator),
      occupantId: (user: ClientIdentity) => context.ids.occupantId(network, name, user),
      standing: this.#standings.of.bind(this.#standings),
    };
    this.#members = new Members(addresses, this.delivery, own, {
      shown: (occupant, before) => {
        if (before === undefined) this.#arrived(occupant);
        else this.#configuration.replaced(before, occupant);
        this.#lines.authorShown(occupant);
      },
      leaving: (clientId) => this.#lines.authorLeaving(clientId),
      changed: () => this.#changed(),
      promoted: (member) => showOthersAgain(context, this, member),
      whyChanged: (clientId) => this.notes.take(clientId),
    });
    const owner = {
      ...{ network, jid },
      occupant: this.occupants.get.bind(this.occupants),
      isOwn: own.has.bind(own),
      appear: (user: User) => this.#members.appearAsSpeaker(user),
    };
    this.#lines = new Lines(owner, context, this.delivery);
    this.#configuration = new ChannelConfiguration(
      {
        jid,
        // A founder key of the gateway's own is no news.
        unmentioned: () => (this.rights.isKnown ? ChannelMode.founderAuth : 0),
        tell: (stanza) => this.delivery.toEverybody(stanza),
        showMode: (mode) => this.#members.setChannelMode(mode),
        changed: () => this.#changed(),
        configured: () => this.rights.changed(),
      },
      name,
    );
    this.affiliations = new KeptAffiliations(context.store.roomRecords, fields, () =>
      this.#members.standingsChanged(),
    );
    this.rights = new FounderRights(this, founderKeys, context);
    this.ownership = new Ownership(this);
    this.#removals = new Removals(this, context, this.#members, own);
  }

  /** What is kept of it; to be awaited before anybody is shown. @throws StoreError */
  load(): Promise<unknown> {
    return Promise.all([this.affiliations.load(), this.delivery.anonymity.load()]);
  }

  /** In the spelling of the server. */
  get displayName(): string {
    return this.#configuration.displayName;
  }

  get occupants(): Occupants {
    return this.#members.occupants;
  }

  /** `ChannelMode` mask. */
  get mode(): number {
    return this.#configuration.mode;
  }

  /** The same as far as the local users know. */
  get toldMode(): number {
    return this.#configuration.toldMode;
  }

  get topic(): string {
    return this.#configuration.topic;
  }

  get configuration(): Configured {
    return this.#configuration.present;
  }

  /** JID of the occupant who set the topic, as far as known, else of the room. */
  get topicSetter(): string {
    return this.#configuration.topicSetter?.jid ?? this.jid;
  }

  /** The occupant that a local user is. */
  occupantOf(member: LocalMember): Occupant | undefined {
    return this.#members.occupantOf(member);
  }

  /** The local user who is an occupant. */
  memberOf({ clientId }: Occupant): LocalMember | undefined {
    return this.#members.memberOf(clientId);
  }

  /** A local user's session has joined the channel, for the first time or again after its link was lost. */
  attach(member: RoomMember, joined: Joined & Arrival): void {
    const before = this.occupantOf(member)?.mode;
    this.rights.joining(joined);
    const { isHeard } = this.#members;
    if (this.rights.isForgotten && this.#members.localCount > 0) this.#configuration.hold();
    const hasOthers = !isHeard && this.#reconcile(joined);
    if (this.#members.attach(member, joined)) this.#tellPresent(member, true);
    this.shows(member, joined.availability);
    this.rights.attached(member, { ...joined, before });
    this.#gaps.begins(member, joined, hasOthers);
    this.#changed();
  }

  /** What another process has to know to go on with it; undefined while no local user is on it. */
  keep(): KeptChannel | undefined {
    if (this.#members.localCount === 0) return undefined;
    return {
      displayName: this.displayName,
      ...this.configuration,
      topicSetter: this.#configuration.topicSetter?.clientId,
      occupants: [...this.occupants.values()].map(keptOccupant),
      hasOthers: this.#members.hasOthers,
      unheard: this.#gaps.keep(),
    };
  }

  /** A local user of an earlier process, whose session is on its way back. */
  restoreMember(member: LocalMember, occupant: KeptOccupant): void {
    this.#members.restorePlace(member, occupant);
    this.#tellPresent(member, true);
  }

  /** Takes the channel up as an earlier process has shown it; nobody is told. The local users come first. @param lost when that one was there last */
  restore(kept: KeptChannel, lost: Date): void {
    this.#members.restore(kept.occupants, kept.mode);
    this.#configuration.restore(kept, kept.topicSetter && this.occupants.get(kept.topicSetter));
    this.#gaps.restore(kept, lost);
  }

  /** A local user's link is lost; the user stays shown. */
  disconnected(member: LocalMember): void {
    this.#members.disconnected(member);
    this.#lines.linkLost(member);
    this.#stopsListening(member);
  }

  /** A local user is on the channel no longer. @param reason what the others are told; undefined: nothing */
  detach(member: RoomMember, reason: LeaveReason | undefined): void {
    this.rights.left(member);
    if (!this.#members.detach(member, reason)) return;
    this.#tellPresent(member, false);
    if (this.#members.localCount > 0) {
      this.#stopsListening(member);
      return;
    }
    // Who is on the way to it begins anew: from now on nobody hears what happens.
    this.#members.clear();
    this.#removals.clear();
    this.#lines.clear();
    this.#gaps.clear();
    this.#configuration.clear();
  }

  /** A local user is on the way to the channel; `release` ends that. */
  hold(): void {
    this.#holders++;
  }

  /** A local user who is not on the channel wants nothing more of it. */
  release(): void {
    if (--this.#holders > 0) return;
    this.#context.flows.unregister(this.jid);
    this.#onUnused();
  }

  /** A local user says to be available in another way: the local users are told, and SILC users see it as modes of the user. */
  shows(member: RoomMember, availability: Availability | undefined): void {
    this.#members.shows(member, availability);
    if (member.link !== undefined) showOnSilc(member.link.silc, availability, this.#context.log);
  }

  /** A local user has asked for this name: if the next one is another, the user is told that it was changed. */
  expectName(member: LocalMember, name: string): void {
    this.#members.expectName(member, name);
  }

  /** A local user has another nickname and Client ID, as its own session tells. */
  renamed(member: LocalMember, user: User): void {
    this.#members.renamed(member, user);
  }

  /** An event of the SILC channel, from the session of a local user. What several sessions tell counts once. */
  onEvent(member: LocalMember, event: SessionEvent, silcChannel: SilcChannel): void {
    const members = this.#members;
    switch (event.type) {
      case 'channel-message':
        this.#lines.received(member, event);
        return;
      case 'member-joined':
        this.#removals.returned(event.member.user.clientId);
        members.joined(event.member);
        return;
      case 'user-resolved':
        members.resolved(event.user, silcChannel);
        return;
      case 'member-left':
        this.#removals.left(event);
        return;
      case 'nick-changed':
        members.changed(event.oldClientId, event.user);
        return;
      case 'member-mode-changed':
        members.modeChanged(event.member);
        return;
      case 'channel-mode-changed':
        this.rights.modeChanged(event);
        this.#configuration.set(event.channel);
        return;
      case 'topic-changed':
        this.#configuration.topicSet(event.topic, event.by && this.occupants.get(event.by.clientId));
        return;
      default:
        return;
    }
  }

  /**
   * Publishes what a local user says (XEP-0045, 7.4). Nothing happens for one who is not on the channel.
   * @param said `id` of the author's stanza, and the children that are passed on
   */
  publishLocal(member: LocalMember, said: LocalLine): void {
    const author = this.occupantOf(member);
    if (author !== undefined) this.#lines.publishLocal(author, said);
  }

  /** A local line goes to SILC with these octets (`SentMessage.digest`): copies of it are no news. */
  recognise(digest: string): void {
    this.#lines.recognise(digest);
  }

  /** See `Lines.copied`. */
  copied(member: LocalMember, digest: string): boolean {
    return this.#lines.copied(member, digest);
  }

  /** Whether a session of a local user has received the message with these octets. */
  wasHeard(digest: string): boolean {
    return this.#lines.wasHeard(digest);
  }

  configured(state?: SilcChannel): void {
    this.#configuration.settled(state);
  }

  /** Nothing of what was kept is about the channel that begins, or is over. @throws StoreError */
  async begun(): Promise<void> {
    await this.affiliations.clear();
    await this.#context.settings.clear(this);
    this.delivery.anonymity.becomes({});
    await this.#context.nicknames.clear({ network: this.network, channel: this.name });
  }

  /** See `ChannelConfiguration.change`. */
  change(work: () => Promise<SilcChannel>): Promise<void> {
    return this.#configuration.change(work);
  }

  unprotected(lost: readonly AnyText[]): void {
    this.delivery.toEverybody(unprotectedNotice(this.jid, randomUUID(), lost));
  }

  /** Why somebody is no longer on the channel, as rooms say it. */
  leaveReason(user: User, cause: SessionEventOf<'member-left'>['cause']): LeaveReason {
    const nameOf = (by: User): string | undefined => this.occupants.get(by.clientId)?.name ?? by.nickname;
    const kept = this.affiliationOf(user)?.affiliation;
    return leaveReasonOf(cause, { nameOf, kept, note: this.notes.of(user.clientId) });
  }

  /** What is kept of somebody who is on the channel, or was. */
  affiliationOf(user: ClientIdentity): KeptAffiliation | undefined {
    return this.#standings.keptOf(user);
  }

  #arrived(occupant: Occupant): void {
    this.notes.delete(occupant.clientId);
    // A local user's coming settles the rights anyway.
    const isLocal = this.memberOf(occupant) !== undefined;
    if (!isLocal) this.#gaps.otherShown();
    if (!isLocal && this.affiliationOf(occupant)?.affiliation === 'admin') this.rights.standingsChanged();
  }

  /** @returns whether there are others */
  #reconcile(joined: Joined): boolean {
    const { mode, userLimit, topic = '', name } = joined.channel;
    this.#configuration.displayName = name;
    // At first nobody is shown, and nobody is told.
    if (this.#members.localCount === 0) this.#members.setChannelMode(mode);
    const hasOthers = this.#members.reconcile(joined);
    this.#configuration.set({ mode, userLimit });
    if (topic !== this.topic) this.#configuration.changeTopic(topic, undefined);
    return hasOthers;
  }

  #stopsListening(member: LocalMember): void {
    const { isHeard, hasOthers } = this.#members;
    const unheard = this.#gaps.ends(member);
    // Others have joined while this link was dead and was believed to tell who is there: what they have been told counts.
    const newer = this.#members.newerView(member);
    const haveOthersCome = newer !== undefined && this.#reconcile(newer);
    this.#gaps.ended(unheard, hasOthers || haveOthersCome, isHeard);
    if (isHeard) return;
    this.#members.unheard();
    this.#changed();
  }

  #changed(): void {
    this.#context.changes.channel(this.network, this.name);
  }

  #tellPresent({ user }: LocalMember, is: boolean): void {
    this.#context.hooks.present({ room: this.jid, user, at: new Date(), is });
  }
}
