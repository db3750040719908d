import type { Element } from '../../component/stanza.js';
import { configurationChanged } from '../../mapping/room-form.js';
import { subjectMessage } from '../../mapping/subject.js';
import type { Channel as SilcChannel } from '../../silc/client/types.js';
import { withDeadline } from '../../util/race.js';
import type { KeptChannel } from '../restarts/state.js';
import type { Occupant } from './occupants.js';

/** So long the news of an own change may take. */
const CATCH_UP_MS = 2_000;

/** How a channel is configured on SILC. */
export interface Configured {
  /** `ChannelMode` mask. */
  readonly mode: number;
  readonly userLimit: number | undefined;
  /** Empty where there is none. */
  readonly topic: string;
}

/** The channel, as its configuration needs it. */
export interface ConfiguredChannel {
  readonly jid: string;
  /** Bits of the mode that are nothing to be told. */
  unmentioned(): number;
  tell(stanza: Element): void;
  /** The users are told of this mode: roles and affiliations follow. */
  showMode(mode: number): void;
  /** Something has changed that another process has to know. */
  changed(): void;
  /** Something has changed that is to last. */
  configured(): void;
}

/** Modes, limit and topic of a channel, and what its local users have been told of them. */
export class ChannelConfiguration implements Configured {
  readonly #channel: ConfiguredChannel;
  /** In the spelling of the server. */
  displayName: string;
  #mode = 0;
  #userLimit: number | undefined;
  #topic = '';
  #topicSetter: Occupant | undefined;
  /** What the local users have been told, while a channel that the server has forgotten is being put back. */
  #told: Configured | undefined;
  /** Changes of several steps that are under way. */
  #changes = 0;
  #onSet: (() => void) | undefined;
  /** A topic that was put back, and whose news is still on its way. */
  #topicPutBack: string | undefined;

  constructor(channel: ConfiguredChannel, name: string) {
    this.#channel = channel;
    this.displayName = name;
  }

  get mode(): number {
    return this.#mode;
  }

  get userLimit(): number | undefined {
    return this.#userLimit;
  }

  get topic(): string {
    return this.#topic;
  }

  /** The occupant who set the topic, as far as known. */
  get topicSetter(): Occupant | undefined {
    return this.#topicSetter;
  }

  /** The mode that the local users know of. */
  get toldMode(): number {
    return this.#told?.mode ?? this.#mode;
  }

  get present(): Configured {
    return { mode: this.#mode, userLimit: this.#userLimit, topic: this.#topic };
  }

  /** An occupant is shown in another way. */
  replaced(before: Occupant, occupant: Occupant): void {
    if (before.clientId === this.#topicSetter?.clientId) this.#topicSetter = occupant;
  }

  /** Nobody is told of changes until `settled`. */
  hold(): void {
    this.#told ??= this.present;
  }

  /** Who set the topic is gone with everybody else. */
  clear(): void {
    this.#topicSetter = undefined;
    this.#told = undefined;
  }

  /** As an earlier process has shown it; nobody is told. */
  restore(
    { displayName, mode, userLimit, topic }: Omit<KeptChannel, 'topicSetter'>,
    topicSetter: Occupant | undefined,
  ): void {
    this.displayName = displayName;
    this.#mode = mode;
    this.#userLimit = userLimit;
    this.#topic = topic;
    this.#topicSetter = topicSetter;
  }

  /** Modes and limit are these. */
  set({ mode, userLimit }: Pick<SilcChannel, 'mode' | 'userLimit'>): void {
    const before = this.present;
    this.#mode = mode;
    this.#userLimit = userLimit;
    if (this.#told === undefined && this.#changes === 0) this.#tellModes(before);
    this.#onSet?.();
    this.#channel.configured();
  }

  /**
   * Several changes that are one to the users: they are told once, when all is done. One that fails is told as far as it went.
   * @param work - resolves with the channel as it is then
   */
  async change(work: () => Promise<SilcChannel>): Promise<void> {
    const before = this.present;
    this.#changes++;
    let isDone = false;
    try {
      const state = await work();
      isDone = true;
      await this.#becomes(state);
    } finally {
      this.#changes--;
      if (this.#changes === 0 && this.#told === undefined && !this.#tellModes(before) && isDone) {
        this.#channel.tell(configurationChanged(this.#channel.jid));
      }
    }
  }

  /** Whoever leads may be a little behind the one who has changed the modes. */
  async #becomes({ mode, userLimit }: SilcChannel): Promise<void> {
    const isSo = (): boolean => this.#mode === mode && this.#userLimit === userLimit;
    if (isSo()) return;
    const reached = new Promise<void>((resolve) => {
      this.#onSet = () => {
        if (isSo()) resolve();
      };
    });
    await withDeadline(reached, CATCH_UP_MS, () => new Error('late')).catch(() =>
      this.set({ mode, userLimit }),
    );
    this.#onSet = undefined;
  }

  /** Somebody has set a topic. */
  topicSet(topic: string, setter: Occupant | undefined): void {
    if (this.#topicPutBack === topic) this.#topicPutBack = undefined;
    else this.changeTopic(topic, setter);
  }

  changeTopic(topic: string, setter: Occupant | undefined): void {
    this.#topic = topic;
    this.#topicSetter = setter;
    this.#channel.changed();
    if (this.#told === undefined) this.#tellTopic();
    this.#channel.configured();
  }

  /**
   * The users are told what has really changed since `hold`.
   * @param state - how it is now, where the news of that is still on its way
   */
  settled(state: SilcChannel | undefined): void {
    if (state !== undefined) {
      this.set(state);
      const { topic = '' } = state;
      if (topic !== this.#topic) {
        this.#topicPutBack = topic;
        this.changeTopic(topic, undefined);
      }
    }
    const told = this.#told;
    this.#told = undefined;
    if (told === undefined) return;
    this.#tellModes(told);
    if (told.topic !== this.#topic) this.#tellTopic();
  }

  /** @returns false where there is nothing to tell */
  #tellModes(before: Pick<Configured, 'mode' | 'userLimit'>): boolean {
    const bits = (before.mode ^ this.#mode) & ~this.#channel.unmentioned();
    if (bits === 0 && before.userLimit === this.#userLimit) return false;
    this.#channel.changed();
    this.#channel.showMode(this.#mode);
    this.#channel.tell(configurationChanged(this.#channel.jid));
    return true;
  }

  #tellTopic(): void {
    const { jid } = this.#channel;
    this.#channel.tell(subjectMessage(this.#topicSetter?.jid ?? jid, undefined, this.#topic));
  }
}
