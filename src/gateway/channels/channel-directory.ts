import type { Jid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { ListedChannel } from '../../silc/client/types.js';
import { ChannelMode } from '../../silc/modes.js';
import type { GatewayContext } from '../context.js';
import type { SessionRegistry } from '../sessions/session-registry.js';
import type { Channel } from './channel.js';
import { text } from '../../text/text.js';

/** A channel as far as the asker may know it. */
export interface DirectoryEntry {
  /** Canonical room address. */
  readonly jid: string;
  readonly name: string;
  readonly topic?: string | undefined;
  /** Absent where nobody tells: a number that is not known is not 0. */
  readonly users?: number | undefined;
  /** `ChannelMode` mask; absent where only the server's list is known, which has no modes. */
  readonly mode?: number | undefined;
}

/** Who gives the channel list of a network. */
interface ListService {
  channels(): Promise<readonly ListedChannel[]>;
}

/**
 * What there is on the networks: the channel list of the server, which is up to a minute old, under what the gateway knows of
 * the channels that its users are on at this moment. A secret channel is seen by those who are on it; of a private one
 * strangers see the name.
 */
export class ChannelDirectory {
  readonly #context: Pick<GatewayContext, 'addressing'>;
  readonly #sessions: Pick<SessionRegistry, 'findRoom' | 'channels'>;
  readonly #services: ReadonlyMap<string, ListService>;
  /** By channel list, as long as that is kept: addresses of thousands of channels take a second to make. */
  readonly #made = new WeakMap<readonly ListedChannel[], ReadonlyMap<string, DirectoryEntry>>();

  constructor(
    context: Pick<GatewayContext, 'addressing'>,
    sessions: Pick<SessionRegistry, 'findRoom' | 'channels'>,
    services: ReadonlyMap<string, ListService>,
  ) {
    this.#context = context;
    this.#sessions = sessions;
    this.#services = services;
  }

  /**
   * The channels of a network, by address. Where the network does not answer, those that the gateway itself knows of.
   * @throws SilcError, StanzaError when nothing is known
   */
  async list(asker: Jid, network: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    const service = this.#services.get(network);
    if (service === undefined)
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ errors }) => errors.unknownNetwork),
      );
    const [listed] = await Promise.allSettled([service.channels()]);
    const entries = new Map(listed.status === 'fulfilled' ? this.#entriesOf(network, listed.value) : []);
    for (const channel of this.#sessions.channels.values()) {
      if (channel.network !== network || channel.occupants.size === 0) continue;
      const entry = this.#local(asker, channel);
      if (entry === undefined) entries.delete(channel.jid);
      else entries.set(entry.jid, entry);
    }
    if (entries.size === 0 && listed.status === 'rejected') throw listed.reason;
    return entries;
  }

  /** One channel; undefined for one of which nothing is known. Never rejects: a network that does not answer says nothing. */
  async find(
    asker: Jid,
    { network, jid }: { readonly network: string; readonly jid: string },
  ): Promise<DirectoryEntry | undefined> {
    const channel = this.#sessions.channels.get(jid);
    if (channel !== undefined && channel.occupants.size > 0) return this.#local(asker, channel);
    const listed = await this.#services
      .get(network)
      ?.channels()
      .catch(() => undefined);
    return listed && this.#entriesOf(network, listed).get(jid);
  }

  /** @returns undefined for a channel that the asker must not know of */
  #local(asker: Jid, channel: Channel): DirectoryEntry | undefined {
    const { jid, network, displayName: name, mode, topic, occupants } = channel;
    const whole = { jid, name, mode, topic, users: occupants.size };
    if (this.#sessions.findRoom(asker, network, jid)?.isJoined === true) return whole;
    if ((mode & ChannelMode.secret) !== 0) return undefined;
    return (mode & ChannelMode.private) === 0 ? whole : { jid, name };
  }

  #entriesOf(network: string, channels: readonly ListedChannel[]): ReadonlyMap<string, DirectoryEntry> {
    const known = this.#made.get(channels);
    if (known !== undefined) return known;
    const made = new Map<string, DirectoryEntry>();
    for (const { name, topic, users } of channels) {
      const jid = this.#context.addressing.channelToJid(network, name);
      // A server counts 0 where it does not tell, as of a private channel.
      made.set(jid, { jid, name, topic, users: users === 0 ? undefined : users });
    }
    this.#made.set(channels, made);
    return made;
  }
}
