import { StanzaError } from '../../component/stanza.js';
import { fromUtf8, utf8 } from '../../silc/bytes.js';
import type { ChannelId } from '../../silc/ids.js';
import type { UserRecordRepository } from '../../store/user-types.js';
import { text } from '../../text/text.js';
import { LruMap } from '../../util/lru-map.js';
import { withDeadline } from '../../util/race.js';
import type { Log } from '../log-types.js';
import type { ChatSession } from '../sessions/chat-session.js';

const KIND = 'channel-keys';
/** Channels of one user with keys. */
const MAX_CHANNELS = 100;
/** Users whose keys are in memory. */
const MAX_CACHED = 1_000;
/** A store that does not answer holds up no join: without its keys nothing is said on a channel that wants one. */
const LOAD_MS = 2_000;

/** A channel, as keys know it. */
interface KeyedChannel {
  readonly network: string;
  /** Prepared name. */
  readonly name: string;
}

/** Private keys of one channel: name and passphrase, in the order in which they were set. The first one is used for sending. */
type Keys = readonly (readonly [name: string, passphrase: string])[];

const placeOf = ({ network, name }: KeyedChannel): string => `${network} ${name}`;

/**
 * The private keys of channels that users have set. A SILC session forgets them with its link: they are kept sealed, and set again
 * before anything is said or heard on the channel.
 */
export class KeptChannelKeys {
  readonly #records: UserRecordRepository;
  readonly #log: Log;
  readonly #cache = new LruMap<string, Promise<ReadonlyMap<string, Keys>>>(MAX_CACHED);
  /** Who has ever set one: the store is not asked about the others, who are nearly all. */
  #users = new Set<string>();

  constructor(records: UserRecordRepository, log: Log) {
    this.#records = records;
    this.#log = log;
  }

  /** To be called before anything else. @throws StoreError */
  async load(): Promise<void> {
    this.#users = new Set(await this.#records.users(KIND));
  }

  /** To be asked before the channel is entered. None where the store does not tell. */
  async of(user: string, channel: KeyedChannel): Promise<Keys> {
    try {
      const all = await withDeadline(this.#load(user), LOAD_MS, () => new Error('late'));
      return all.get(placeOf(channel)) ?? [];
    } catch (error) {
      this.#log.warn({ err: error, user }, 'private keys of channels are not known');
      return [];
    }
  }

  /** @throws StoreError; StanzaError where it would be too many */
  async keep(user: string, channel: KeyedChannel, name: string, passphrase: string): Promise<void> {
    const all = await this.#load(user);
    const keys = all.get(placeOf(channel)) ?? [];
    if (keys.length === 0 && all.size >= MAX_CHANNELS) {
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ userCommands }) => userCommands.tooManyChannelKeys(MAX_CHANNELS)),
      );
    }
    const isKnown = keys.some(([known]) => known === name);
    const key = [name, passphrase] as const;
    await this.#save(
      user,
      channel,
      isKnown ? keys.map((one) => (one[0] === name ? key : one)) : [...keys, key],
    );
  }

  /** @returns whether it was kept. @throws StoreError */
  async forget(user: string, channel: KeyedChannel, name: string): Promise<boolean> {
    const keys = (await this.#load(user)).get(placeOf(channel)) ?? [];
    const others = keys.filter(([known]) => known !== name);
    if (others.length === keys.length) return false;
    await this.#save(user, channel, others);
    return true;
  }

  /** @throws StoreError */
  async forgetAll(user: string): Promise<void> {
    for (const place of (await this.#load(user)).keys()) {
      await this.#records.save(user, KIND, place, undefined);
    }
    this.#cache.delete(user);
  }

  async #save(user: string, channel: KeyedChannel, keys: Keys): Promise<void> {
    this.#users.add(user);
    const place = placeOf(channel);
    const content = keys.length === 0 ? undefined : utf8(JSON.stringify(keys));
    await this.#records.save(user, KIND, place, content);
    const all = new Map(await this.#load(user));
    if (keys.length === 0) all.delete(place);
    else all.set(place, keys);
    this.#cache.set(user, Promise.resolve(all));
  }

  #load(user: string): Promise<ReadonlyMap<string, Keys>> {
    if (!this.#users.has(user)) return Promise.resolve(new Map());
    const known = this.#cache.get(user);
    if (known !== undefined) return known;
    const loading = this.#records
      .of(user, KIND)
      .then((records) => new Map([...records].map(([place, content]) => [place, decode(content)])));
    this.#cache.set(user, loading);
    loading.catch(() => this.#cache.delete(user));
    return loading;
  }
}

/** Sets keys on a channel that the session has just entered. */
export function setKeys(silc: ChatSession, channel: ChannelId, keys: Keys): void {
  for (const [name, passphrase] of keys) silc.channelControl.setPrivateKey(channel, name, passphrase);
}

function decode(content: Uint8Array): Keys {
  const value: unknown = JSON.parse(fromUtf8(content));
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.flatMap((entry) => {
    const parts: readonly unknown[] = Array.isArray(entry) ? entry : [];
    const [name, passphrase] = parts;
    return typeof name === 'string' && typeof passphrase === 'string' ? [[name, passphrase] as const] : [];
  });
}
