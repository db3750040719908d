import { equalBytes } from '../../silc/bytes.js';
import type { KeyPair } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import { decodeKeyPair, encodeKeyPair } from '../../silc/crypto/key-pair.js';
import type { SilcPublicKey } from '../../silc/crypto/public-key.js';
import type { StoredFounderKey } from '../../store/types.js';
import type { GatewayContext } from '../context.js';
import {
  decodeConfiguration,
  encodeConfiguration,
  type KeptConfiguration,
  UNCONFIGURED,
} from './kept-configuration.js';

/** A channel that a user of the gateway has founded. */
export interface FoundedChannel {
  readonly network: string;
  /** Prepared name. */
  readonly name: string;
  /** Bare JID of the founder of record. */
  readonly founder: string;
  /** Whoever proves to hold it is the founder; undefined where the gateway sets no founder keys. */
  readonly keyPair: KeyPair | undefined;
  configuration: KeptConfiguration;
  /** When the store was told last that it is in use, as `Date.now`. */
  usedAt: number;
}

/** Where the key pairs of users are. */
export interface KeyPairs {
  keyPair(user: string): Promise<KeyPair>;
}

/** A channel that its founder has not used for so long is anybody's. */
const KEEP_UNUSED_MS = 180 * 86_400_000;
/** How exactly the store knows when a channel was used last. */
const USED_MS = 86_400_000;

/**
 * The founder keys of the channels that users of the gateway have founded, kept in the store.
 *
 * The key of a channel is the key pair that the gateway has made for its founder: silcd takes the proof in a JOIN, which
 * leads past the invite list, bans and the limit, only by the key of the session that joins. It is kept beside the channel
 * all the same, so that it stays the channel's whatever becomes of the user's. With CUMODE any session can use it.
 */
export class FounderKeys {
  readonly #context: GatewayContext;
  readonly #identities: KeyPairs;

  constructor(context: GatewayContext, identities: KeyPairs) {
    this.#context = context;
    this.#identities = identities;
  }

  get #isOn(): boolean {
    return this.#context.config.rooms.founder_keys;
  }

  /** The channel, where its founder is known. @throws StoreError */
  async find(network: string, name: string): Promise<FoundedChannel | undefined> {
    if (!this.#isOn) return undefined;
    const { founderKeys } = this.#context.store;
    const stored = await founderKeys.find(network, name);
    if (stored === undefined) return undefined;
    const keyPair = this.#keyPair(stored, { network, name });
    if (keyPair === undefined || stored.usedAt.getTime() + KEEP_UNUSED_MS < Date.now()) {
      await founderKeys.remove(network, name);
      return undefined;
    }
    const { founder } = stored;
    const configuration = decodeConfiguration(stored.configuration);
    return { network, name, founder, keyPair, configuration, usedAt: stored.usedAt.getTime() };
  }

  /**
   * A user has founded a channel. Without a founder key, where none are set, nothing is stored.
   * @returns undefined when the user has founded too many. @throws StoreError, StanzaError, SilcError
   */
  async found(network: string, name: string, founder: string): Promise<FoundedChannel | undefined> {
    const channel = { network, name, founder, configuration: UNCONFIGURED, usedAt: Date.now() };
    if (!this.#isOn) return { ...channel, keyPair: undefined };
    const { store, config, log } = this.#context;
    if ((await store.founderKeys.countOf(founder)) >= config.rooms.founder_keys_per_user) {
      log.info({ user: founder, channel: name }, 'a channel gets no founder key: its founder has too many');
      return undefined;
    }
    const keyPair = await this.#identities.keyPair(founder);
    const held = await store.founderKeys.add(network, name, {
      founder,
      ...encodeKeyPair(keyPair),
      configuration: encodeConfiguration(UNCONFIGURED),
    });
    return held.founder === founder ? { ...channel, keyPair } : this.find(network, name);
  }

  /** The channel is in use, and configured so from now on. @throws StoreError */
  async keep(channel: FoundedChannel, configuration: KeptConfiguration): Promise<void> {
    const before = encodeConfiguration(channel.configuration);
    channel.configuration = configuration;
    if (channel.keyPair === undefined) return;
    const octets = encodeConfiguration(configuration);
    // Each join asks for it, and has mostly changed nothing.
    if (equalBytes(octets, before) && channel.usedAt + USED_MS > Date.now()) return;
    channel.usedAt = -Infinity;
    await this.#context.store.founderKeys.keep(channel.network, channel.name, octets);
    channel.usedAt = Date.now();
  }

  /**
   * The channel belongs to another user from now on.
   * @param keyPair - by which the server knows its founder now
   * @throws StoreError
   */
  async handOver(
    channel: FoundedChannel,
    founder: string,
    keyPair: KeyPair | undefined,
  ): Promise<FoundedChannel> {
    const { network, name } = channel;
    if (keyPair !== undefined) {
      await this.#context.store.founderKeys.handOver(network, name, { founder, ...encodeKeyPair(keyPair) });
    }
    return { ...channel, founder, keyPair };
  }

  /** The key pair that the gateway has made for a user. @throws StoreError, StanzaError, SilcError */
  ownOf(user: string): Promise<KeyPair> {
    return this.#identities.keyPair(user);
  }

  /** The channel has no founder of record any more. @throws StoreError */
  async remove({ network, name, keyPair }: FoundedChannel): Promise<void> {
    if (keyPair !== undefined) await this.#context.store.founderKeys.remove(network, name);
  }

  /** By which a user is let into an invite-only channel. @throws StoreError, StanzaError, SilcError */
  async publicKeyOf(user: string): Promise<SilcPublicKey> {
    return (await this.#identities.keyPair(user)).publicKey;
  }

  #keyPair(stored: StoredFounderKey, about: Readonly<Record<string, unknown>>): KeyPair | undefined {
    try {
      return decodeKeyPair(stored);
    } catch (error) {
      if (!(error instanceof SilcError)) throw error;
      this.#context.log.error({ ...about, err: error }, 'a stored founder key cannot be read');
      return undefined;
    }
  }
}
