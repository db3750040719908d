import { availableParallelism } from 'node:os';
import { StanzaError } from '../../component/stanza.js';
import type { KeyPair } from '../../silc/client/types.js';
import type { CryptoBackend } from '../../silc/crypto/backend.js';
import { fingerprint } from '../../silc/crypto/fingerprint.js';
import { decodeKeyPair, encodeKeyPair, generateKeyPair } from '../../silc/crypto/key-pair.js';
import type { IdentityRepository } from '../../store/types.js';
import { FairQueue } from '../../util/fair-queue.js';
import { LruMap } from '../../util/lru-map.js';
import { Semaphore } from '../../util/semaphore.js';
import { TokenBucket } from '../../util/token-bucket.js';
import type { Access } from '../access.js';
import type { GatewayConfig } from '../config-types.js';
import type { GatewayContext } from '../context.js';
import { countQuotaRefusal, type GatewayMetrics } from '../metrics-types.js';
import { KeyPairCounts } from '../quotas/key-pair-counts.js';
import { withParents } from '../domains.js';
import { text } from '../../text/text.js';

/** Domains whose newcomers are counted; the one that has been quiet for longest goes first. */
const MAX_DOMAINS = 10_000;

/** Newcomers of all subdomains of a domain together, as a part of what one may bring: subdomains cost their owner nothing. */
const FAMILY = 4;

/** Key pairs in memory at most; the least recently used one goes first. */
const MAX_CACHED = 10_000;

/** Key pairs that are read at the same time: decoding one is a little work, and a thousand users may come at once. */
const MAX_LOADING = 16;

/**
 * Key pairs that are made at the same time: each keeps a thread of the pool busy, which looking up hosts needs as well, and of
 * two processors one.
 */
const MAX_GENERATING = Math.min(3, Math.max(1, availableParallelism() - 1));
const GENERATING = { running: MAX_GENERATING, perOwner: 1, total: 10_000, full: tooManyNewcomers };

/** Key pairs that were made while the store could not take them. */
const MAX_UNSTORED = 100;

/**
 * The SILC key pair of each user: made on first use, off the event loop, once even when many ask at the same time. Pairs are
 * kept for good, so a domain that the operator has not named brings only so many new users an hour.
 */
export class Identities {
  readonly #loading = new Semaphore(MAX_LOADING);
  readonly #cache = new LruMap<string, Promise<KeyPair>>(MAX_CACHED);
  readonly #unstored = new LruMap<string, KeyPair>(MAX_UNSTORED);
  /** Domains take turns, so that many newcomers of one are waited for by themselves only. */
  readonly #generating = new FairQueue(GENERATING);
  readonly #store: IdentityRepository;
  readonly #backend: CryptoBackend;
  readonly #config: GatewayConfig;
  readonly #access: Access;
  readonly #domain: string;
  readonly #metrics: GatewayMetrics;
  readonly #counts: KeyPairCounts;
  readonly #newcomers = new LruMap<string, { readonly perHour: number; readonly bucket: TokenBucket }>(
    MAX_DOMAINS,
  );

  constructor({ store, backend, config, access, domain, metrics }: GatewayContext) {
    this.#counts = new KeyPairCounts({ store, config, access, metrics });
    this.#metrics = metrics;
    this.#store = store.identities;
    this.#backend = backend;
    this.#config = config;
    this.#access = access;
    this.#domain = domain;
  }

  /**
   * @param user - canonical bare JID, or a reserved name of the gateway's own
   * @param asker - who wants it to be there: a new one is charged to that user's domain
   * @throws StanzaError, StoreError, SilcError
   */
  keyPair(user: string, asker: string = user): Promise<KeyPair> {
    const cached = this.#cache.get(user);
    if (cached !== undefined) return cached;
    const result = this.#load(user, asker);
    this.#cache.set(user, result);
    result.catch(() => this.#cache.delete(user));
    return result;
  }

  /**
   * Another pair in place of the user's: from now on sessions are opened with this one.
   * @throws StoreError; StanzaError when there is no room for the first one
   */
  async replace(user: string, keyPair: KeyPair): Promise<void> {
    const isFirst = (await this.#store.find(user)) === undefined;
    const giveBack = isFirst ? await this.#counts.reserve(user, user) : () => undefined;
    try {
      await this.#store.replace(user, encodeKeyPair(keyPair));
    } catch (error) {
      giveBack();
      throw error;
    }
    this.#unstored.delete(user);
    this.#cache.set(user, Promise.resolve(keyPair));
  }

  /** A new pair in place of the user's, charged as of a new user. @throws StanzaError, StoreError */
  async renew(user: string): Promise<KeyPair> {
    const keyPair = await this.#make(user, user);
    await this.replace(user, keyPair);
    return keyPair;
  }

  /** The user's pair is no more; the next use makes another one. @returns whether there was one. @throws StoreError */
  async remove(user: string): Promise<boolean> {
    const wasThere = await this.#store.remove(user);
    if (wasThere) await this.#counts.removed(user);
    this.#unstored.delete(user);
    this.#cache.delete(user);
    return wasThere;
  }

  /** SHA-1 of the public key as SILC shows it, 40 hex digits lower case. */
  fingerprint(keyPair: KeyPair): string {
    return fingerprint(this.#backend, keyPair.publicKey);
  }

  async #load(user: string, asker: string): Promise<KeyPair> {
    const stored = await this.#loading.run(async () => {
      const found = await this.#store.find(user);
      return found && decodeKeyPair(found);
    });
    if (stored !== undefined) return stored;
    const giveBack = await this.#counts.reserve(user, asker);
    try {
      const fresh = this.#unstored.get(user) ?? (await this.#make(user, asker));
      // A store that cannot take it now may do so when the user tries again.
      this.#unstored.set(user, fresh);
      const held = await this.#store.add(user, encodeKeyPair(fresh));
      this.#unstored.delete(user);
      return decodeKeyPair(held);
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  #make(user: string, asker: string): Promise<KeyPair> {
    this.#admit(asker);
    const { users } = this.#config;
    const owner = { group: asker.slice(asker.indexOf('@') + 1), name: user };
    return this.#generating.run(owner, () =>
      // Neutral: the identifier is shown to everybody on SILC and must not tell the Jabber address.
      generateKeyPair(this.#backend, {
        bits: users.key_bits,
        identifier: { UN: users.username, HN: this.#domain },
      }),
    );
  }

  /** @throws StanzaError wait/resource-constraint when too many new users came from this domain lately. */
  #admit(user: string): void {
    const at = user.indexOf('@');
    if (at < 0 || this.#access.isNamed(user)) return;
    const perHour = this.#config.limits.new_users_per_hour;
    const shares = withParents(user.slice(at + 1)).map((domain, depth) =>
      depth === 0 ? this.#newcomersOf(domain, perHour) : this.#newcomersOf(`*.${domain}`, perHour * FAMILY),
    );
    const waitMs = Math.max(...shares.map((share) => share.waitMs));
    if (waitMs === 0) {
      for (const share of shares) share.take();
      return;
    }
    countQuotaRefusal(this.#metrics, 'newcomers', 'domain');
    const seconds = Math.ceil(waitMs / 1_000);
    throw new StanzaError(
      'wait',
      'resource-constraint',
      text(({ errors }) => errors.tryAgainIn(errors.tooManyOfServer, seconds)),
    );
  }

  #newcomersOf(domain: string, perHour: number): TokenBucket {
    const known = this.#newcomers.get(domain);
    // The limit may be another one since.
    const newcomers =
      known?.perHour === perHour
        ? known
        : { perHour, bucket: new TokenBucket({ burst: perHour, perSecond: perHour / 3_600 }) };
    this.#newcomers.set(domain, newcomers);
    return newcomers.bucket;
  }
}

function tooManyNewcomers(): StanzaError {
  return new StanzaError(
    'wait',
    'resource-constraint',
    text(({ errors }) => errors.tooManyNewcomers),
  );
}
