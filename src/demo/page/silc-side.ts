import { Emitter } from '../../util/emitter.js';
import type { Channel, SessionEvent, SilcSession, User } from '../../silc/client/types.js';

/** What the SILC user sees, as the page shows it. */
export interface SilcLine {
  /** Counts from 1: who comes back asks for what came behind it. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly kind: 'said' | 'action' | 'notice' | 'private' | 'event';
  /** Who said it; of an event nobody. */
  readonly who: string | undefined;
  /** Of one's own private message: to whom. */
  readonly to?: string;
  readonly text: string;
}

/** Something the SILC user typed that cannot be done. Its message is for the user. */
export class SpeechError extends Error {
  override readonly name = 'SpeechError';
}

/** What the page is told while it is open. */
export type SilcChange =
  | { readonly type: 'line'; readonly line: SilcLine }
  | { readonly type: 'members'; readonly members: readonly string[] };

/** A page that is loaded anew shows so many lines of before. */
const MAX_LINES = 200;

/** What is typed at once may have so many characters. */
const MAX_TYPED = 2_000;

/** The SILC user of the demonstration: everything that the session tells in words, and what the user types. */
export class SilcSide {
  readonly changes = new Emitter<SilcChange>((error) => console.error(error));
  readonly #session: SilcSession;
  readonly #channelName: string;
  readonly #lines: SilcLine[] = [];
  #count = 0;

  constructor(session: SilcSession, channelName: string) {
    this.#session = session;
    this.#channelName = channelName;
    session.subscribe((event) => {
      const told = describe(event);
      if (told !== undefined) this.#show(told);
      if (changesMembers(event)) this.changes.emit({ type: 'members', members: this.members });
    });
  }

  get nickname(): string {
    return nameOf(this.#session.self);
  }

  /** Who is on the channel, in order of names. */
  get members(): readonly string[] {
    const channel = this.#session.channelByName(this.#channelName);
    return [...(channel?.members.values() ?? [])].map(({ user }) => nameOf(user)).sort();
  }

  /** Lines that came behind one, or all that are kept. */
  linesAfter(id: number): readonly SilcLine[] {
    return this.#lines.filter((line) => line.id > id);
  }

  /** Does what was typed: a line for the channel, `/me`, `/msg NICK TEXT` or `/topic TEXT`. @throws SpeechError */
  async speak(typed: string): Promise<void> {
    const text = typed.trim();
    if (text === '') throw new SpeechError('There is nothing to say.');
    if (text.length > MAX_TYPED) throw new SpeechError(`More than ${MAX_TYPED} characters at once.`);
    const channel = this.#session.channelByName(this.#channelName);
    if (channel === undefined) throw new SpeechError(`Not on the channel ${this.#channelName} any more.`);
    const [, command, rest = ''] = /^\/(\S+)(?:\s+([^]*))?$/.exec(text) ?? [];
    if (command === undefined) {
      await this.#session.say(channel.id, text);
      this.#show({ kind: 'said', who: this.nickname, text });
    } else if (rest === '') {
      throw new SpeechError(`Type /me TEXT, /msg NICK TEXT or /topic TEXT.`);
    } else if (command === 'me') {
      await this.#session.say(channel.id, rest, { kind: 'action' });
      this.#show({ kind: 'action', who: this.nickname, text: rest });
    } else if (command === 'topic') {
      // The server tells everybody of it, oneself included.
      await this.#session.setTopic(channel.id, rest);
    } else if (command === 'msg') {
      await this.#tell(channel, rest);
    } else {
      throw new SpeechError(`There is no /${command} here: type /me TEXT, /msg NICK TEXT or /topic TEXT.`);
    }
  }

  async #tell(channel: Channel, rest: string): Promise<void> {
    const [, to = '', text = ''] = /^(\S+)(?:\s+([^]*))?$/.exec(rest) ?? [];
    const user = [...channel.members.values()].find((member) => nameOf(member.user) === to)?.user;
    if (user === undefined) throw new SpeechError(`Nobody on the channel is called ${to}.`);
    if (text === '') throw new SpeechError(`Type /msg ${to} TEXT.`);
    await this.#session.tell(user.clientId, text);
    this.#show({ kind: 'private', who: this.nickname, to, text });
  }

  #show(line: Omit<SilcLine, 'id' | 'time'>): void {
    const shown = { id: ++this.#count, time: Date.now(), ...line };
    this.#lines.push(shown);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
    this.changes.emit({ type: 'line', line: shown });
  }
}

function changesMembers({ type }: SessionEvent): boolean {
  return ['member-joined', 'member-left', 'nick-changed', 'user-resolved', 'closed'].includes(type);
}

/** The events that a person at a SILC client is told in words. */
function describe(event: SessionEvent): Omit<SilcLine, 'id' | 'time'> | undefined {
  const happened = (text: string) => ({ kind: 'event', who: undefined, text }) as const;
  switch (event.type) {
    case 'channel-message': {
      const { kind, text } = event.message;
      const who = nameOf(event.sender);
      if (kind === 'mime') return { kind: 'said', who, text: '[a message that is not text]' };
      return { kind: kind === 'text' ? 'said' : kind, who, text: text ?? '' };
    }
    case 'private-message':
      return { kind: 'private', who: nameOf(event.sender), text: event.message.text ?? '[not text]' };
    case 'member-joined':
      return happened(`${nameOf(event.member.user)} joined`);
    case 'member-left':
      return happened(`${nameOf(event.user)} left${reasonOf(event.cause)}`);
    case 'nick-changed':
      return happened(`${event.oldNickname ?? 'somebody'} is now called ${nameOf(event.user)}`);
    case 'topic-changed':
      return happened(
        `${event.by === undefined ? 'the topic is' : `${nameOf(event.by)} set the topic`}: ${event.topic}`,
      );
    case 'closed':
      return happened('the connection to the SILC server has ended');
    default:
      return undefined;
  }
}

function reasonOf(cause: (SessionEvent & { type: 'member-left' })['cause']): string {
  switch (cause.kind) {
    case 'kicked':
    case 'killed':
      return ` (${cause.kind}${cause.comment === undefined ? '' : `: ${cause.comment}`})`;
    case 'signoff':
      return cause.message === undefined || cause.message === '' ? '' : ` (${cause.message})`;
    default:
      return '';
  }
}

function nameOf(user: User): string {
  return user.nickname ?? 'somebody';
}
