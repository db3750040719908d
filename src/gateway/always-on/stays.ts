import type { BareJid } from '../../component/jid.js';
import { StanzaError } from '../../component/stanza.js';
import type { StayRepository, StoredStay } from '../../store/always-on-types.js';
import { SerialQueue } from '../../util/serial-queue.js';
import type { GatewayConfig } from '../config-types.js';
import type { Log } from '../log-types.js';
import { decodePlace, encodePlace, type StayPlace } from './stay-place.js';
import { text } from '../../text/text.js';

/** Rows that wait to be written. */
const MAX_WRITES = 10_000;

/** A room, as one user has it. */
export interface StayRoom {
  readonly user: BareJid;
  readonly network: string;
  /** Prepared name of the channel. */
  readonly channel: string;
}

interface Stay extends StayRoom {
  readonly wanted: boolean | undefined;
  /** Undefined where the user is not to be brought back. */
  readonly place: StayPlace | undefined;
  readonly seenAt: Date;
}

type Settings = Pick<GatewayConfig, 'sessions' | 'limits'>;

const keyOf = ({ user, network, channel }: StayRoom): string => `${network} ${channel} ${user}`;
const roomOf = ({ network, channel }: Pick<StayRoom, 'network' | 'channel'>): string =>
  `${network} ${channel}`;

/**
 * In which rooms users stay when their last client leaves: as the user has said of the room, else as the configuration says.
 * Those who stay have a place by which they are brought back, whatever happens to session and process.
 */
export class Stays {
  readonly #repository: StayRepository;
  readonly #config: Settings;
  readonly #log: Log;
  readonly #stays = new Map<string, Stay>();
  /** Users with a place, by room. */
  readonly #byRoom = new Map<string, Set<BareJid>>();
  readonly #writes = new SerialQueue(MAX_WRITES);

  constructor(repository: StayRepository, config: Settings, log: Log) {
    this.#repository = repository;
    this.#config = config;
    this.#log = log;
  }

  /** To be called before anything else. @throws StoreError */
  async load(): Promise<void> {
    for (const { user, place, ...stay } of await this.#repository.all()) {
      this.#put({ ...stay, user: user as BareJid, place: place && decodePlace(place) });
    }
  }

  wants(room: StayRoom): boolean {
    return this.#stays.get(keyOf(room))?.wanted ?? this.#config.sessions.stay;
  }

  /** Whether the user is in a room without a client, or would be. */
  holds(room: StayRoom): boolean {
    return this.wants(room) && this.#stays.get(keyOf(room))?.place !== undefined;
  }

  /** What a user has said of a room. @throws StanzaError wait/resource-constraint; StoreError */
  async choose(room: StayRoom, wanted: boolean): Promise<void> {
    const known = this.#stays.get(keyOf(room));
    if (known === undefined && this.#countOf(room.user) >= this.#config.limits.rooms_per_user) {
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ rooms }) => rooms.tooManyStays),
      );
    }
    const place = wanted ? known?.place : undefined;
    await this.#write({ ...room, wanted, place, seenAt: new Date() });
  }

  /** A client of the user is in the room, or was until now: if the user stays there, this is the place. */
  seen(room: StayRoom, place: StayPlace): void {
    if (!this.wants(room)) return;
    const wanted = this.#stays.get(keyOf(room))?.wanted;
    this.#writeBehind({ ...room, wanted, place, seenAt: new Date() });
  }

  /** The user is not brought back to the room. */
  forget(room: StayRoom): void {
    const known = this.#stays.get(keyOf(room));
    if (known?.place !== undefined) this.#writeBehind({ ...known, place: undefined });
  }

  /** Users who stay in a room. */
  usersIn(network: string, channel: string): Iterable<BareJid> {
    return this.#byRoom.get(roomOf({ network, channel })) ?? [];
  }

  /** Everybody who is to be in a room, and how to get there. */
  *places(): Iterable<StayRoom & { readonly place: StayPlace }> {
    for (const stay of [...this.#stays.values()]) {
      if (stay.place !== undefined && this.wants(stay)) yield { ...stay, place: stay.place };
    }
  }

  /** Who was not seen for too long stays no longer. @returns the rooms that may be left now */
  expire(): readonly StayRoom[] {
    const oldest = Date.now() - this.#config.sessions.stay_days * 86_400_000;
    const old = [...this.#stays.values()].filter(
      ({ place, seenAt }) => place !== undefined && seenAt.getTime() < oldest,
    );
    for (const stay of old) this.forget(stay);
    return old;
  }

  #countOf(user: BareJid): number {
    return [...this.#stays.values()].filter((stay) => stay.user === user).length;
  }

  #put(stay: Stay): void {
    const users = this.#byRoom.get(roomOf(stay)) ?? new Set();
    if (stay.place === undefined) users.delete(stay.user);
    else users.add(stay.user);
    if (users.size === 0) this.#byRoom.delete(roomOf(stay));
    else this.#byRoom.set(roomOf(stay), users);
    // Of a room in which nobody stays, and of which nothing was said, nothing is to be known.
    if (stay.place === undefined && stay.wanted === undefined) this.#stays.delete(keyOf(stay));
    else this.#stays.set(keyOf(stay), stay);
  }

  #writeBehind(stay: Stay): void {
    this.#write(stay).catch((error: unknown) => {
      this.#log.warn({ user: stay.user, err: error }, 'who stays in a room could not be stored');
    });
  }

  #write(stay: Stay): Promise<void> {
    this.#put(stay);
    const { user, network, channel, place, ...rest } = stay;
    return this.#writes.run(async () => {
      // What has changed meanwhile is written in its turn.
      if (place === undefined && stay.wanted === undefined) {
        await this.#repository.remove(user, network, channel);
        return;
      }
      const stored: StoredStay = {
        ...{ user, network, channel },
        ...rest,
        place: place && encodePlace(place),
      };
      await this.#repository.put(stored);
    });
  }

  /** Resolves when what has changed so far is written, or could not be. */
  async flush(): Promise<void> {
    await this.#writes.run(() => undefined).catch(() => undefined);
  }
}
