import type { BareJid } from '../../component/jid.js';
import type { Channel as SilcChannel } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import { ChannelUserMode } from '../../silc/modes.js';
import type { ChatSession } from '../sessions/chat-session.js';

/** A local user's place on the channel. */
export interface RightsHolder {
  readonly user: BareJid;
  readonly link: { readonly silc: ChatSession; readonly silcChannel: SilcChannel } | undefined;
  /** The user's own occupant. */
  readonly self: { readonly mode: number } | undefined;
}

/** Whether a local user has the founder's rights, as far as is known. */
export const isFounder = ({ self }: RightsHolder): boolean =>
  ((self?.mode ?? 0) & ChannelUserMode.founder) !== 0;

const RANKS = ChannelUserMode.founder | ChannelUserMode.operator;

/** The places of the local users on one channel, by which its rights are kept. */
export class RightsPlaces {
  /** The channel as the session has it that joined last: there may be links to a server that is gone. */
  newest: SilcChannel | undefined;
  /** With what each user is who has founded the channel anew in place of its founder, a `ChannelUserMode` mask. */
  readonly #places = new Map<RightsHolder, number | undefined>();

  get size(): number {
    return this.#places.size;
  }

  get users(): readonly BareJid[] {
    return [...this.#places.keys()].map(({ user }) => user);
  }

  add(holder: RightsHolder): void {
    if (!this.#places.has(holder)) this.#places.set(holder, undefined);
  }

  delete(holder: RightsHolder): void {
    this.#places.delete(holder);
  }

  /** The first one with a link who fits, of a user where one is named. */
  find(fits: (holder: RightsHolder) => boolean, user?: string): RightsHolder | undefined {
    for (const holder of this.#places.keys()) {
      const isHere = holder.link !== undefined && holder.link.silcChannel.id === this.newest?.id;
      if (isHere && (user ?? holder.user) === holder.user && fits(holder)) return holder;
    }
    return undefined;
  }

  /** Those with a link to the server that was joined last. */
  linked(): readonly (RightsHolder & { readonly link: NonNullable<RightsHolder['link']> })[] {
    const isHere = (
      holder: RightsHolder,
    ): holder is RightsHolder & { readonly link: NonNullable<RightsHolder['link']> } =>
      holder.link !== undefined && holder.link.silcChannel.id === this.newest?.id;
    return [...this.#places.keys()].filter(isHere);
  }

  /** Whether a client of SILC is the session of a local user. */
  haveClient(client: { readonly clientId: ClientId } | undefined): boolean {
    return [...this.#places.keys()].some(({ link }) => link?.silc.self.clientId === client?.clientId);
  }

  /** A user has rights that belong to the founder. @param own - what the user is without them, a `ChannelUserMode` mask */
  standIn(holder: RightsHolder, own: number): void {
    if (this.#places.has(holder)) this.#places.set(holder, own);
  }

  /** Who stands in for the founder gives the rights back. @throws as `setMemberMode` */
  async resign(): Promise<void> {
    for (const [holder, own] of [...this.#places]) {
      if (own === undefined) continue;
      this.#places.set(holder, undefined);
      // The founder's coming takes one of the ranks, but not the other.
      const clear = RANKS & ~own;
      if (holder.link === undefined || ((holder.self?.mode ?? 0) & clear) === 0) continue;
      const { silc, silcChannel } = holder.link;
      await silc.setMemberMode(silcChannel.id, silc.self.clientId, { clear });
    }
  }
}
