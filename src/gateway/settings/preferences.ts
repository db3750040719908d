import { StanzaError } from '../../component/stanza.js';
import { fromUtf8, utf8 } from '../../silc/bytes.js';
import type { UserRecordRepository } from '../../store/user-types.js';
import type { Log } from '../log-types.js';
import { isSetting, settings, type SettingName, type SettingValue, type ValueOf } from './definitions.js';
import { text } from '../../text/text.js';

const KIND = 'settings';
/** Rooms of one user that have settings. */
const MAX_ROOMS = 200;

/** A room, as settings know it. */
export interface SettingsRoom {
  readonly network: string;
  /** Prepared name. */
  readonly name: string;
}

type Values = Readonly<Partial<Record<SettingName, SettingValue>>>;

const placeOf = (room: SettingsRoom | undefined): string =>
  room === undefined ? '' : `${room.network} ${room.name}`;

/** What users have set, for themselves and for rooms of theirs. In memory, since everything asks for it. */
export class Preferences {
  readonly #repository: UserRecordRepository;
  readonly #log: Log;
  /** By user, then by place. */
  readonly #values = new Map<string, Map<string, Values>>();

  /** Told of a user who has set something. */
  onChanged: (user: string) => void = () => undefined;

  constructor(repository: UserRecordRepository, log: Log) {
    this.#repository = repository;
    this.#log = log;
  }

  /** To be called before anything else. @throws StoreError */
  async load(): Promise<void> {
    for (const user of await this.#repository.users(KIND)) {
      const places = new Map<string, Values>();
      for (const [place, content] of await this.#repository.of(user, KIND))
        places.set(place, this.#decode(content));
      this.#values.set(user, places);
    }
  }

  /** What holds: of the room, else of the user, else what the definition says. */
  get<N extends SettingName>(user: string, name: N, room?: SettingsRoom): ValueOf<N> {
    const value = this.said(user, name, room) ?? (room && this.said(user, name));
    return (value ?? settings[name].fallback) as ValueOf<N>;
  }

  /** What was said of exactly this; undefined: nothing. */
  said<N extends SettingName>(user: string, name: N, room?: SettingsRoom): ValueOf<N> | undefined {
    return this.#values.get(user)?.get(placeOf(room))?.[name] as ValueOf<N> | undefined;
  }

  /** Rooms of which a user has said so. */
  roomsWith(user: string, name: SettingName, value: SettingValue): readonly SettingsRoom[] {
    const places = [...(this.#values.get(user) ?? [])].filter(
      ([place, values]) => place !== '' && values[name] === value,
    );
    return places.map(([place]) => {
      const blank = place.indexOf(' ');
      return { network: place.slice(0, blank), name: place.slice(blank + 1) };
    });
  }

  /** @param changes - undefined: nothing is said any more. @throws StanzaError wait/resource-constraint; StoreError */
  async set(
    user: string,
    room: SettingsRoom | undefined,
    changes: Readonly<Partial<Record<SettingName, SettingValue | undefined>>>,
  ): Promise<void> {
    const place = placeOf(room);
    const places = this.#values.get(user) ?? new Map<string, Values>();
    if (!places.has(place) && places.size > MAX_ROOMS) {
      throw new StanzaError(
        'wait',
        'resource-constraint',
        text(({ rooms }) => rooms.tooManySettings),
      );
    }
    const after = Object.fromEntries(
      Object.entries({ ...places.get(place), ...changes }).filter(([, value]) => value !== undefined),
    );
    const isEmpty = Object.keys(after).length === 0;
    await this.#repository.save(user, KIND, place, isEmpty ? undefined : utf8(JSON.stringify(after)));
    if (isEmpty) places.delete(place);
    else places.set(place, after);
    if (places.size > 0) this.#values.set(user, places);
    else this.#values.delete(user);
    this.onChanged(user);
  }

  /** @throws StoreError */
  async removeAll(user: string): Promise<void> {
    for (const place of this.#values.get(user)?.keys() ?? []) {
      await this.#repository.save(user, KIND, place, undefined);
    }
    this.#values.delete(user);
    this.onChanged(user);
  }

  #decode(content: Uint8Array): Values {
    try {
      const said: unknown = JSON.parse(fromUtf8(content));
      const entries = typeof said === 'object' && said !== null ? Object.entries(said) : [];
      // What an older version has known and this one does not is left out.
      return Object.fromEntries(
        entries.filter(([name, value]) => isSetting(name) && typeof value === typeof settings[name].fallback),
      );
    } catch (error) {
      this.#log.warn({ err: error }, 'settings of a user could not be read');
      return {};
    }
  }
}
