import type { Element } from '../../component/stanza.js';
import type { HistoryBounds } from '../../mapping/history.js';
import type { ChannelLine } from './line.js';

/** What a feature may do with what is said on channels. Hooks must not throw; what they throw is logged. */
export interface ChannelHooks {
  /** A line was published. Called once a line, however many see it. */
  line?(line: ChannelLine): void;
  /** A local user is on a channel from now on, or no longer. `user` is a bare JID. */
  present?(span: {
    readonly room: string;
    readonly user: string;
    readonly at: Date;
    readonly is: boolean;
  }): void;
  /**
   * A line is taken back or away: what is kept of it is the tombstone.
   * @returns whether there is such a line, of that author where one is named
   */
  retract?(retraction: Retraction): Promise<boolean>;
  /** Lines that a joining client is shown between its self-presence and the subject, oldest first (XEP-0045, 7.2.13). */
  history?(wanted: HistoryRequest): Promise<readonly ChannelLine[]> | readonly ChannelLine[];
}

/** A line that is to be gone. */
export interface Retraction {
  readonly room: string;
  readonly stanzaId: string;
  /** The author who takes it back; undefined where somebody else may take it away. */
  readonly occupantId?: string | undefined;
  readonly tombstone: Element;
}

/** What a joining client is to be shown. */
export interface HistoryRequest extends HistoryBounds {
  readonly room: string;
  /** Bare JID. */
  readonly user: string;
}

/** All hooks of the gateway's features. None of them reaches a channel with what it throws. */
export class ChannelHookList {
  readonly #onError: (error: unknown, hook: string) => void;
  #hooks: readonly ChannelHooks[] = [];

  constructor(onError: (error: unknown, hook: string) => void) {
    this.#onError = onError;
  }

  use(hooks: readonly ChannelHooks[]): void {
    this.#hooks = hooks;
  }

  line(line: ChannelLine): void {
    for (const hooks of this.#hooks) this.#guard('line', () => hooks.line?.(line));
  }

  present(span: Parameters<NonNullable<ChannelHooks['present']>>[0]): void {
    for (const hooks of this.#hooks) this.#guard('present', () => hooks.present?.(span));
  }

  /** @returns whether some feature keeps the line. Never rejects. */
  retract(retraction: Retraction): Promise<boolean> {
    const keeper = this.#hooks.find((hooks) => hooks.retract !== undefined);
    return Promise.resolve(keeper?.retract?.(retraction) ?? false).catch((error: unknown) => {
      this.#onError(error, 'retract');
      return false;
    });
  }

  /** Lines for a joining client; undefined where no feature keeps any. Never rejects. */
  history(wanted: HistoryRequest): Promise<readonly ChannelLine[]> | undefined {
    const keeper = this.#hooks.find((hooks) => hooks.history !== undefined);
    if (keeper === undefined) return undefined;
    return Promise.resolve()
      .then(() => keeper.history?.(wanted) ?? [])
      .catch((error: unknown) => {
        this.#onError(error, 'history');
        return [];
      });
  }

  #guard(hook: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#onError(error, hook);
    }
  }
}
