import { fromHex, toHex } from '../bytes.js';
import { commands, type ListEntry } from '../commands/index.js';
import type { WatchRequest } from '../commands/watch.js';
import { fingerprint } from '../crypto/fingerprint.js';
import { decodePublicKey } from '../crypto/public-key.js';
import { SilcCommandError, SilcError } from '../errors.js';
import type { ClientId } from '../ids.js';
import { encodePayload } from '../packets/codec.js';
import type { Notify } from '../packets/notify.js';
import { publicKeyPayload, PublicKeyType } from '../packets/public-key-payload.js';
import { Status } from '../status.js';
import { prepareNickname } from '../stringprep/index.js';
import type { SessionContext } from './context.js';
import type { DetachedSession } from './detached-session.js';
import { checkNickname } from './names.js';
import type { PresenceEvent, Watching, WatchingOptions, WatchTarget } from './presence-types.js';
import { mayBeWatched, Sightings } from './sightings.js';
import { lookForKey, lookForNickname } from './watch-look.js';

/** Nicknames and keys that one session watches. */
const MAX_WATCHES = 128;
const INTERVAL_MS = 60_000;
const PAUSE_MS = 5_000;
/** The part of an interval that is left to chance: sessions that began together do not ask together for ever. */
const JITTER = 0.5;

interface Watch {
  readonly target: WatchTarget;
  /** Who was found by the newest look. */
  found: readonly ClientId[];
}

/**
 * The watches of one session. A server that notifies is left to do so. On one whose WATCH does nothing (a standalone
 * silcd says `ok` and never notifies) the watched are looked for, one after the other, slowly and behind all other
 * commands. Which kind it is tells its statistics: only routers, and servers behind them, know of routers. A notify
 * proves it in any case.
 */
export class Watches {
  readonly #context: SessionContext;
  readonly #options: Required<WatchingOptions>;
  /** By prepared nickname, and by `key:` and fingerprint, oldest look first. */
  readonly #watches = new Map<string, Watch>();
  readonly #sightings: Sightings;
  #watching: Watching = 'unknown';
  #detecting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(context: SessionContext, { intervalMs = INTERVAL_MS, pauseMs = PAUSE_MS }: WatchingOptions) {
    this.#context = context;
    this.#options = { intervalMs, pauseMs };
    this.#sightings = new Sightings(context.backend, {
      hasNickname: (prepared) => this.#watches.has(prepared),
      hasFingerprint: (digest) => this.#watches.has(`key:${digest}`),
    });
  }

  get watching(): Watching {
    return this.#watching;
  }

  /** What is watched, for a detached session. */
  get list(): DetachedSession['watches'] {
    const targets = [...this.#watches.values()].map(({ target }) => target);
    return {
      nicknames: targets.flatMap((target) => ('nickname' in target ? [target.nickname] : [])),
      publicKeys: targets.flatMap((target) =>
        'publicKey' in target ? [toHex(target.publicKey.encoded)] : [],
      ),
    };
  }

  /** @param priority - `background` for what nobody waits for. */
  async add(target: WatchTarget, priority: 'user' | 'background' = 'user'): Promise<void> {
    const key = this.#keyOf(target);
    if (this.#watches.has(key)) return;
    if (this.#watches.size >= MAX_WATCHES) {
      throw new SilcError('limit', `more than ${MAX_WATCHES} watches`);
    }
    const watch: Watch = { target, found: [] };
    // Notifies may come before the reply.
    this.#watches.set(key, watch);
    try {
      await this.#command(target, 'add', priority);
    } catch (error) {
      const { status } = error instanceof SilcCommandError ? error : { status: 0 };
      if (status === Status.unknownCommand || status === Status.operationNotAllowed) this.#poll();
      else if (status !== Status.nicknameInUse) {
        this.#watches.delete(key);
        throw error;
      }
    }
    await this.#detect();
    void this.#look(key, watch);
    this.#schedule();
  }

  async remove(target: WatchTarget): Promise<void> {
    if (!this.#watches.delete(this.#keyOf(target))) return;
    if (this.#watches.size === 0) this.#stop();
    try {
      await this.#command(target, 'delete', 'user');
    } catch (error) {
      // silcd does not delete watches of keys: its notifies find no watch here any more.
      if (!(error instanceof SilcCommandError)) throw error;
    }
  }

  /** Watches of a session that was resumed. Those that do not work are left out. */
  async restore({ nicknames, publicKeys }: DetachedSession['watches']): Promise<void> {
    const targets: WatchTarget[] = nicknames.map((nickname) => ({ nickname }));
    for (const encoded of publicKeys) {
      try {
        targets.push({ publicKey: decodePublicKey(fromHex(encoded)) });
      } catch (error) {
        if (!(error instanceof SilcError)) throw error;
      }
    }
    await Promise.allSettled(targets.map((target) => this.add(target, 'background')));
  }

  receive(notify: Extract<Notify, { type: 'watch' }>): void {
    this.#watching = 'server';
    this.#stop();
    if (this.#watches.size > 0) this.#tell(this.#sightings.notify(notify));
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #keyOf(target: WatchTarget): string {
    if ('publicKey' in target) return `key:${fingerprint(this.#context.backend, target.publicKey)}`;
    checkNickname(target.nickname);
    return prepareNickname(target.nickname);
  }

  async #command(
    target: WatchTarget,
    action: 'add' | 'delete',
    priority: 'user' | 'background',
  ): Promise<void> {
    const { picture, queue } = this.#context;
    const request = (): WatchRequest => {
      const own = { clientId: picture.self.clientId };
      if ('nickname' in target) return { ...own, [action]: target.nickname };
      const payload = { type: PublicKeyType.silc, data: target.publicKey.encoded };
      const entry: ListEntry = {
        type: action === 'add' ? 0 : 1,
        data: encodePayload(publicKeyPayload, payload),
      };
      return { ...own, keys: [entry] };
    };
    await queue.run(commands.watch, request, { priority });
  }

  #detect(): Promise<void> {
    this.#detecting ??= this.#askStatistics();
    return this.#detecting;
  }

  async #askStatistics(): Promise<void> {
    const { queue, serverId } = this.#context;
    let routers = 0;
    try {
      const { statistics } = await queue.run(commands.stats, () => ({ serverId }), {
        priority: 'background',
      });
      routers = statistics?.routers ?? 0;
    } catch {
      // Looking is what works everywhere.
    }
    if (this.#watching !== 'unknown') return;
    if (routers > 0) this.#watching = 'server';
    else this.#poll();
  }

  #poll(): void {
    if (this.#watching === 'unknown') this.#watching = 'polling';
  }

  #schedule(): void {
    if (this.#closed || this.#watching !== 'polling' || this.#timer !== undefined) return;
    if (this.#watches.size === 0) return;
    const { intervalMs, pauseMs } = this.#options;
    const mean = Math.max(pauseMs, intervalMs / this.#watches.size);
    const delay = mean * (1 - JITTER / 2 + JITTER * Math.random());
    this.#timer = setTimeout(() => void this.#next(), delay);
    this.#timer.unref();
  }

  async #next(): Promise<void> {
    const [oldest] = this.#watches;
    if (oldest !== undefined) {
      const [key, watch] = oldest;
      this.#watches.delete(key);
      this.#watches.set(key, watch);
      await this.#look(key, watch);
    }
    this.#timer = undefined;
    this.#schedule();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(key: string, watch: Watch): Promise<void> {
    const { target, found } = watch;
    const people =
      'nickname' in target
        ? await lookForNickname(this.#context, target.nickname)
        : await lookForKey(this.#context, target.publicKey, found);
    if (people === undefined || this.#closed || this.#watches.get(key) !== watch) return;
    const others = people.filter(
      ({ clientId, mode }) => mayBeWatched(mode) && clientId !== this.#context.picture.self.clientId,
    );
    watch.found = others.map(({ clientId }) => clientId);
    for (const person of others) this.#tell(this.#sightings.found(person));
    // Of a server that notifies the notifies count: what it says of somebody's end is still to come, or has come.
    if (this.#watching === 'server') return;
    for (const id of found) if (!watch.found.includes(id)) this.#tell(this.#sightings.gone(id));
  }

  #tell(event: PresenceEvent | undefined): void {
    if (event !== undefined) this.#context.post([], event);
  }
}
