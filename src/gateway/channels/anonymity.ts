import type { Element } from '../../component/stanza.js';
import type { KeptSettings } from '../../mapping/kept-settings.js';
import { withoutAddress } from '../../mapping/presence.js';
import type { RoomSettings } from './room-settings.js';

/** Somebody whom addresses may be hidden from, as the room shows that one. */
interface Viewer {
  readonly role: string;
}

/**
 * Whether a room shows the SILC addresses of its occupants to everybody, or to moderators only (XEP-0045, 4.2). They are hidden until
 * that is known: what was shown once cannot be taken back.
 */
export class Anonymity {
  readonly #settings: Pick<RoomSettings, 'of'>;
  readonly #room: { readonly network: string; readonly name: string };
  #isSemiAnonymous = true;
  #loading: Promise<void> | undefined;

  constructor(settings: Pick<RoomSettings, 'of'>, room: { readonly network: string; readonly name: string }) {
    this.#settings = settings;
    this.#room = room;
  }

  /** To be awaited before anybody is shown. @throws StoreError; the next call tries again */
  load(): Promise<void> {
    this.#loading ??= this.#settings.of(this.#room).then(
      (kept) => this.becomes(kept),
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }

  /** The room is configured so. */
  becomes({ isSemiAnonymous = false }: KeptSettings): void {
    this.#isSemiAnonymous = isSemiAnonymous;
  }

  get isSemiAnonymous(): boolean {
    return this.#isSemiAnonymous;
  }

  hidesFrom(viewer: Viewer | undefined): boolean {
    return this.#isSemiAnonymous && viewer?.role !== 'moderator';
  }

  /** The presence of another occupant, as somebody may see it. */
  shown(presence: Element, viewer: Viewer | undefined): Element {
    return this.hidesFrom(viewer) ? withoutAddress(presence) : presence;
  }
}
