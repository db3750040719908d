import type { BareJid } from '../../component/jid.js';
import type {
  AccessEntry,
  AccessListName,
  JoinOptions,
  JoinResult,
  KeyPair,
  SessionEventOf,
} from '../../silc/client/types.js';
import type { SilcPublicKey } from '../../silc/crypto/public-key.js';
import { equalBytes } from '../../silc/bytes.js';
import { SilcCommandError, SilcError } from '../../silc/errors.js';
import { ChannelMode } from '../../silc/modes.js';
import { withDeadline } from '../../util/race.js';
import { SerialQueue } from '../../util/serial-queue.js';
import type { GatewayContext } from '../context.js';
import type { ChatSession } from '../sessions/chat-session.js';
import { isInternalError, reportInternalError } from '../failures.js';
import type { FoundedChannel, FounderKeys } from './founder-keys.js';
import {
  keepableLists,
  type KeptConfiguration,
  lostModes,
  protectionsOf,
  restoring,
  withEntry,
} from './kept-configuration.js';
import { handOver, takeSeat } from './hand-over.js';
import { entryRefusal } from './entry-refusal.js';
import { putBack } from './put-back.js';
import type { Arrival, RightsChannel } from './rights-channel.js';
import { isFounder, type RightsHolder, RightsPlaces } from './rights-places.js';

interface Before {
  /** The own `ChannelUserMode` mask that was shown until now. */
  readonly before: number | undefined;
}

/** Joins wait so long for what is known of the founder; then they go without a proof. */
const LOAD_MS = 2_000;
/** After so long nobody is waited for any more who may put a forgotten channel back. */
const WAIT_FOR_RIGHTS_MS = 5_000;

/**
 * Who has founded a channel through the gateway stays its founder, and the channel what it was: the founder key is set on
 * the server, proven by JOIN or CUMODE when the founder comes back, and a channel that the server has forgotten is put back
 * by whoever of the local users founds it anew.
 */
export class FounderRights {
  readonly #channel: RightsChannel;
  readonly #keys: FounderKeys;
  readonly #context: GatewayContext;
  readonly places = new RightsPlaces();
  readonly #turns = new SerialQueue();
  #loading: Promise<FoundedChannel | undefined> | undefined;
  #founded: FoundedChannel | undefined;
  /** The newest one that is known; it counts while the channel has one. */
  #passphrase: string | undefined;
  /** As a local user has set them. */
  #joinKeys: readonly SilcPublicKey[] | undefined;
  /** The channel has another founder key: it was founded by somebody else meanwhile. */
  #isOthers = false;
  /** The server has not got the channel as it was. */
  #isForgotten = false;
  /** The users know that it is not put back. */
  #isGivenUp = false;
  #isKeeping = false;
  #waiting: NodeJS.Timeout | undefined;

  constructor(channel: RightsChannel, keys: FounderKeys, context: GatewayContext) {
    this.#channel = channel;
    this.#keys = keys;
    this.#context = context;
  }

  /** Somebody of the gateway has founded the channel before. */
  get isKnown(): boolean {
    return this.#founded !== undefined;
  }

  /** Bare JID of the founder of record. */
  get founder(): string | undefined {
    return this.#isOthers ? undefined : this.#founded?.founder;
  }

  /** Whoever proves to hold it is the founder; undefined where the gateway has none. */
  get founderKey(): KeyPair | undefined {
    return this.#isOthers ? undefined : this.#founded?.keyPair;
  }

  /** The server has forgotten the channel: its users are not told of what is being put back. */
  get isForgotten(): boolean {
    return this.#isForgotten;
  }

  /** What a JOIN brings along. @param isBack - the user was on the channel until the link was lost */
  async joinOptions(user: BareJid, passphrase: string | undefined, isBack: boolean): Promise<JoinOptions> {
    const founded = await withDeadline(this.load(), LOAD_MS, () => new Error('late')).catch(() => undefined);
    // Whoever was let in before is let in again, though the founder has changed the passphrase since.
    const known = isBack && founded !== undefined ? (this.#passphrase ?? passphrase) : passphrase;
    return {
      ...(known === undefined ? {} : { passphrase: known }),
      ...(founded?.keyPair !== undefined && founded.founder === user ? { founder: founded.keyPair } : {}),
    };
  }

  /**
   * Nobody gets past the protection of a forgotten channel by founding it anew.
   * @throws SilcCommandError as JOIN would be refused otherwise, after the channel was left; SilcError
   */
  async checkEntry(
    user: BareJid,
    silc: ChatSession,
    { channel, created }: JoinResult,
    passphrase: string | undefined,
  ): Promise<void> {
    const founded = this.#founded;
    if (!created || founded?.keyPair === undefined || founded.founder === user) return;
    const kept = this.#channel.affiliations.of({ account: user })?.affiliation;
    const key = await this.#keys.publicKeyOf(user);
    const refusal = entryRefusal(founded.configuration, kept, passphrase, key);
    if (refusal === undefined) return;
    await silc.leave(channel.id);
    throw refusal;
  }

  /** A user's session has joined; to be called before the channel looks at it. */
  joining({ channel, created, isBack, founderKey }: Arrival): void {
    const founded = this.#founded;
    this.places.newest = channel;
    if (founded === undefined) return;
    const own = founded.keyPair?.publicKey.encoded;
    if (own !== undefined) this.#isOthers = founderKey !== undefined && !equalBytes(founderKey.encoded, own);
    this.#isForgotten =
      founded.keyPair === undefined
        ? this.#isForgotten || (created && isBack)
        : (channel.mode & ChannelMode.founderAuth) === 0;
  }

  /** A user is on the channel, for the first time or again. */
  attached(holder: RightsHolder, arrival: Arrival & Before): void {
    this.places.add(holder);
    this.#run(() => this.#settle(holder, arrival));
  }

  /** A user is on the channel no longer. */
  left(holder: RightsHolder): void {
    this.places.delete(holder);
    const founded = this.#founded;
    // Without a key the rights end with the founder's being there.
    if (founded?.keyPair === undefined && founded?.founder === holder.user) this.#forget();
    if (this.places.size === 0) clearTimeout(this.#waiting);
  }

  /** The modes of the channel are others now, as one of its sessions tells. */
  modeChanged({ oldMode, channel, by }: SessionEventOf<'channel-mode-changed'>): void {
    const founded = this.#founded;
    const isProtectedAnew = (channel.mode & ~oldMode & ChannelMode.passphrase) !== 0;
    if (isProtectedAnew && !this.places.haveClient(by)) this.#passphrase = undefined;
    const isGone = (oldMode & ~channel.mode & ChannelMode.founderAuth) !== 0;
    if (!isGone || founded?.keyPair === undefined || this.#isForgotten) return;
    // Only a founder takes it away; a server that does has lost its network's state.
    if (by === undefined) {
      this.#isForgotten = true;
      this.#run(() => this.#restore(founded));
      return;
    }
    this.#forget();
    this.#run(() => this.#keys.remove(founded));
  }

  /** The channel is configured in another way, which is to last. */
  changed(): void {
    if (this.#founded === undefined || this.#isForgotten || this.#isKeeping) return;
    this.#isKeeping = true;
    this.#run(() => this.#keep());
  }

  /** A local user has set this passphrase. */
  passphraseSet(passphrase: string): void {
    this.#passphrase = passphrase;
    this.changed();
  }

  /** A local user has changed the keys with which one may join. */
  joinKeysSet(keys: readonly SilcPublicKey[]): void {
    this.#joinKeys = keys;
    this.changed();
  }

  /** A local user has changed one of the lists. */
  listChanged(list: AccessListName, action: 'add' | 'delete', entry: AccessEntry): void {
    const founded = this.#founded;
    if (founded === undefined) return;
    this.#run(() => {
      const { lists } = founded.configuration;
      return this.#keep({ ...lists, [list]: withEntry(lists[list], action, entry) });
    });
  }

  /** What is under way is settled, e.g. the founder key of a new channel. */
  settled(): Promise<void> {
    return this.#turns.run(() => Promise.resolve());
  }

  /** The channel is to outlast its users: it gets a founder key. @throws SilcError, StoreError, StanzaError */
  async keepFor(holder: RightsHolder): Promise<void> {
    await this.#turns.run(() => this.#found(holder));
    this.#channel.affiliations.reconsider();
  }

  /** The founder of record is owner no longer: one of the others takes the place. @throws SilcError, StoreError, StanzaError */
  handOver(owners: readonly BareJid[]): Promise<void> {
    return this.#turns.run(async () => {
      const founded = this.#founded;
      if (founded !== undefined) this.#know(await handOver(founded, owners, this.places, this.#keys));
    });
  }

  /** Somebody has come, or has another affiliation: those who should be operators become it. */
  standingsChanged(): void {
    this.#run(() => this.#channel.ownership.settle());
  }

  #run(work: () => Promise<void>): void {
    this.#turns.run(work).catch((error: unknown) => {
      const { log } = this.#context;
      // A link that is lost meanwhile is no news: when it is back all of it is looked at again.
      if (error instanceof SilcError)
        log.debug({ err: error, room: this.#channel.jid }, 'rights are not settled');
      else if (isInternalError(error)) {
        reportInternalError(this.#context, error, 'founder rights could not be kept', {
          room: this.#channel.jid,
        });
      }
    });
  }

  /** What is known of it from before. @throws StoreError */
  load(): Promise<FoundedChannel | undefined> {
    if (this.#loading !== undefined) return this.#loading;
    const { network, name } = this.#channel;
    const found = Promise.all([this.#keys.find(network, name), this.#channel.load()]);
    const loading = found.then(([founded]) => {
      this.#passphrase ??= founded?.configuration.passphrase;
      return (this.#founded = founded);
    });
    this.#loading = loading;
    loading.catch((error: unknown) => {
      this.#loading = undefined;
      this.#context.log.warn(
        { err: error, room: this.#channel.jid },
        'the founder of a channel is not known',
      );
    });
    return loading;
  }

  #know(founded: FoundedChannel | undefined): void {
    this.#founded = founded;
    this.#loading = Promise.resolve(founded);
  }

  #forget(): void {
    this.#know(undefined);
    this.#isForgotten = false;
  }

  async #settle(holder: RightsHolder, arrival: Arrival & Before): Promise<void> {
    await this.load();
    const founded = this.#founded;
    if (founded === undefined) {
      const isNew = arrival.created && !arrival.isBack;
      if (isNew) await this.#channel.begun();
      if (isNew && isFounder(holder)) await this.#found(holder);
      await this.#channel.ownership.settle();
      return;
    }
    if (arrival.created && founded.founder !== holder.user) {
      const own = (arrival.before ?? 0) | this.#channel.ownership.ranksOf(holder.user);
      this.places.standIn(holder, own);
    }
    const mode = holder.link?.silcChannel.mode;
    if (founded.keyPair !== undefined && mode !== undefined) {
      this.#isForgotten = (mode & ChannelMode.founderAuth) === 0;
    }
    if (this.#isForgotten) {
      await this.#restore(founded);
      return;
    }
    this.#remembered();
    this.#channel.configured();
    this.#passphrase = arrival.passphrase ?? this.#passphrase;
    await this.#keep(arrival.lists && keepableLists(arrival.lists));
    await this.#handOver(founded);
  }

  /** Sets a founder key for who has just founded the channel. */
  async #found(holder: RightsHolder): Promise<void> {
    const { network, name } = this.#channel;
    const founded = await this.#keys.found(network, name, holder.user);
    this.#know(founded);
    const { link } = holder;
    if (founded?.keyPair === undefined || link === undefined) return;
    if (founded.founder !== holder.user) return this.#restore(founded);
    try {
      await link.silc.setChannelMode(
        link.silcChannel.id,
        restoring(founded.configuration, 0, founded.keyPair),
      );
    } catch (error) {
      if (!(error instanceof SilcCommandError)) throw error;
      this.#context.log.info({ err: error, room: this.#channel.jid }, 'the server takes no founder key');
      this.#forget();
      await this.#keys.remove(founded);
    }
  }

  /** Makes the channel what it was, by whoever has the rights; then they go to whom they belong. */
  async #restore(founded: FoundedChannel): Promise<void> {
    const by = this.places.find(isFounder, founded.founder) ?? this.places.find(isFounder);
    const link = by?.link;
    if (by === undefined || link === undefined) {
      if (this.#isGivenUp) this.#channel.configured();
      else this.#waitForRights(founded);
      return;
    }
    const { configuration } = founded;
    try {
      await putBack(founded, link, await this.#localKeys());
    } catch (error) {
      if (!(error instanceof SilcCommandError)) throw error;
      this.#context.log.warn({ err: error, room: this.#channel.jid }, 'a channel could not be put back');
      this.#giveUp(configuration.mode);
      return;
    }
    this.#context.log.info({ room: this.#channel.jid, by: by.user }, 'a forgotten channel is put back');
    this.#remembered();
    this.#channel.configured(link.silcChannel);
    this.#tellLost(lostModes(configuration));
    await this.#handOver(founded);
  }

  /** The founder of record takes the rights by the founder key, and who has stood in gives them back. */
  async #handOver(founded: FoundedChannel): Promise<void> {
    await takeSeat(founded, this.places, (err) =>
      // The channel has another founder key: it was founded by somebody else meanwhile.
      this.#context.log.info({ err, room: this.#channel.jid }, 'a founder does not get the rights back'),
    );
    if (founded.keyPair === undefined) return;
    await this.places.resign();
    await this.#channel.ownership.settle();
  }

  /** By which the local users are let in again who were on the channel. */
  #localKeys(): Promise<readonly SilcPublicKey[]> {
    return Promise.all(this.places.users.map((user) => this.#keys.publicKeyOf(user)));
  }

  #waitForRights({ configuration }: FoundedChannel): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#giveUp(configuration.mode), WAIT_FOR_RIGHTS_MS);
    this.#waiting.unref();
  }

  #remembered(): void {
    clearTimeout(this.#waiting);
    this.#isForgotten = false;
    this.#isGivenUp = false;
  }

  /** Nobody has the rights to put the channel back, or the server refuses it. */
  #giveUp(mode: number): void {
    if (!this.#isForgotten || this.#isGivenUp) return;
    this.#isGivenUp = true;
    this.#channel.configured(this.places.newest);
    this.#tellLost(mode & ~this.#channel.configuration.mode);
  }

  #tellLost(mode: number): void {
    const lost = protectionsOf(mode);
    if (lost.length > 0) this.#channel.unprotected(lost);
  }

  /** Stores how the channel is configured now. */
  async #keep(lists?: KeptConfiguration['lists']): Promise<void> {
    this.#isKeeping = false;
    const founded = this.#founded;
    if (founded === undefined || this.#isForgotten) return;
    const { mode, userLimit, topic } = this.#channel.configuration;
    await this.#keys.keep(founded, {
      mode: mode & ~ChannelMode.founderAuth,
      ...{ userLimit, topic },
      passphrase: (mode & ChannelMode.passphrase) === 0 ? undefined : this.#passphrase,
      lists: lists ?? founded.configuration.lists,
      joinKeys: this.#joinKeys ?? founded.configuration.joinKeys,
    });
  }
}
