/** A session, as far as it is held here. */
export interface WantedSession {
  readonly isOver: boolean;
  readonly uses: Set<object>;
  release(): void;
}

/** Who has asked for a session, and was not seen since, has it so long. */
const ASKED_MS = 24 * 3_600_000;

/** Sessions that users want although they are in no room: as they have asked, or as long as they are online. */
export class WantedSessions {
  readonly #wanted = new Map<WantedSession, { readonly use: object; timer: NodeJS.Timeout | undefined }>();

  /** The user has asked for it, or was seen while it is there by asking. */
  asked(session: WantedSession): void {
    this.#hold(session, ASKED_MS);
  }

  /** A client of the user is online: for as long as `ended` is not called. */
  online(session: WantedSession): void {
    this.#hold(session, undefined);
  }

  ended(session: WantedSession): void {
    const wanted = this.#wanted.get(session);
    if (wanted === undefined) return;
    clearTimeout(wanted.timer);
    this.#wanted.delete(session);
    session.uses.delete(wanted.use);
    session.release();
  }

  stop(): void {
    for (const { timer } of this.#wanted.values()) clearTimeout(timer);
    this.#wanted.clear();
  }

  #hold(session: WantedSession, ms: number | undefined): void {
    if (session.isOver) return;
    for (const other of this.#wanted.keys()) if (other.isOver) this.#wanted.delete(other);
    const wanted = this.#wanted.get(session) ?? { use: {}, timer: undefined };
    clearTimeout(wanted.timer);
    wanted.timer = ms === undefined ? undefined : setTimeout(() => this.ended(session), ms);
    wanted.timer?.unref();
    this.#wanted.set(session, wanted);
    session.uses.add(wanted.use);
  }
}
