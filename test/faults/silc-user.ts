import { connectSession } from '../../src/silc/client/connect.js';
import type { ConnectOptions, SilcSession } from '../../src/silc/client/types.js';
import { SilcError } from '../../src/silc/errors.js';
import type { Ledger, Line, Party } from './ledger.js';
import type { Trace } from './trace.js';

/** Between attempts to connect or to join, milliseconds. */
const RETRY_MS = 100;

export interface SilcUserParts {
  readonly connection: Pick<ConnectOptions, 'host' | 'port' | 'keyPair' | 'proposal'>;
  readonly ledger: () => Ledger;
  readonly trace: Trace;
}

/** A SILC user with a client that connects and joins again by itself. Nothing is between it and the server. */
export class SilcUser implements Party {
  readonly name: string;
  readonly isReflected = false;
  readonly channels: readonly string[];
  readonly #parts: SilcUserParts;
  readonly #wanted: Set<string>;
  /** On which it is, and since when it may have missed something. */
  readonly #stays = new Map<string, number>();
  readonly #undecryptable = new Map<string, number>();
  readonly #heard = new Map<string, number>();
  readonly #joining = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #nick: string;
  #count = 0;
  #session: SilcSession | undefined;
  #isGone = false;

  constructor(name: string, nick: string, channels: readonly string[], parts: SilcUserParts) {
    this.name = name;
    this.#nick = nick;
    this.channels = channels;
    this.#wanted = new Set(channels);
    this.#parts = parts;
  }

  get nick(): string {
    return this.#nick;
  }

  get wanted(): ReadonlySet<string> {
    return this.#wanted;
  }

  /** What it waits for. */
  get open(): readonly string[] {
    if (this.#session?.state !== 'ready') return [`${this.name}: not connected`];
    return this.channels
      .filter((channel) => this.#wanted.has(channel) !== (this.stayIn(channel) !== undefined))
      .map((channel) => `${this.name}: not as wanted on ${channel}`);
  }

  stayIn(channel: string): number | undefined {
    const session = this.#session;
    if (session?.state !== 'ready' || session.channelByName(channel) === undefined) return undefined;
    return this.#stays.get(channel);
  }

  heard(text: string): number {
    return this.#heard.get(text) ?? 0;
  }

  wasToldOfGap(channel: string, since: number): boolean {
    return (this.#undecryptable.get(channel) ?? 0) >= since;
  }

  async connect(): Promise<void> {
    while (!this.#isGone) {
      try {
        const session = await connectSession({
          ...this.#parts.connection,
          ...{ nickname: this.#nick, username: this.name, verifyServerKey: () => true, timeoutMs: 5_000 },
        });
        this.#adopt(session);
        return;
      } catch (error) {
        if (!(error instanceof SilcError)) throw error;
        await this.#pause();
      }
    }
  }

  want(channel: string): void {
    if (!this.channels.includes(channel) || this.#wanted.has(channel)) return;
    this.#wanted.add(channel);
    void this.#join(channel);
  }

  leave(channel: string): void {
    if (!this.#wanted.delete(channel)) return;
    this.#note(`leaves ${channel}`);
    const session = this.#session;
    const known = session?.channelByName(channel);
    this.#stays.delete(channel);
    // Who is on the way in leaves when it has arrived.
    if (this.#joining.has(channel)) return;
    if (known !== undefined) session?.leave(known.id).catch(() => undefined);
  }

  rename(nick: string): void {
    this.#note(`is ${nick} now`);
    this.#session?.nick(nick).then(
      () => (this.#nick = nick),
      () => undefined,
    );
  }

  say(channel: string): Line | undefined {
    const session = this.#session;
    const known = session?.channelByName(channel);
    const stay = this.stayIn(channel);
    if (session === undefined || known === undefined || stay === undefined) return undefined;
    const line = this.#parts.ledger().say(this, channel);
    if (line === undefined) return undefined;
    this.#note(`says ${line.text}`);
    session
      .say(known.id, line.text)
      .then(() => session.ping())
      // Who was off the channel when the server got it has said nothing.
      .then(() => {
        line.until = Date.now();
        line.isSaid = this.stayIn(channel) === stay;
      })
      .catch(() => undefined);
    return line;
  }

  /** For good. */
  stop(): void {
    this.#isGone = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#session?.destroy();
  }

  #adopt(session: SilcSession): void {
    this.#session = session;
    this.#note('is connected');
    session.subscribe((event) => {
      if (this.#session !== session) return;
      switch (event.type) {
        case 'channel-message':
          this.#hear(event.channel.name, event.message.text ?? '');
          return;
        case 'channel-message-undecryptable':
          this.#note(`cannot read a line on ${event.channel.name}`);
          this.#undecryptable.set(event.channel.name, Date.now());
          return;
        case 'closed':
          this.#note(`is disconnected: ${event.error?.message ?? ''}`);
          this.#stays.clear();
          if (!this.#isGone) void this.connect();
          return;
        default:
          return;
      }
    });
    for (const channel of this.#wanted) void this.#join(channel);
  }

  #hear(channel: string, text: string): void {
    this.#note(`hears ${text}`);
    // A line of another room is one that is heard too often.
    this.#heard.set(text, this.heard(text) + (text.endsWith(` ${channel}`) ? 1 : 2));
  }

  async #join(channel: string): Promise<void> {
    const session = this.#session;
    if (session?.state !== 'ready' || this.#joining.has(channel)) return;
    this.#joining.add(channel);
    try {
      const { channel: joined } = await session.join(channel);
      if (this.#wanted.has(channel)) this.#stays.set(channel, ++this.#count);
      else await session.leave(joined.id);
      this.#note(`is on ${channel}`);
    } catch (error) {
      if (!(error instanceof SilcError)) throw error;
      this.#note(`cannot join ${channel}: ${error.message}`);
    } finally {
      this.#joining.delete(channel);
    }
    if (this.#isGone || session !== this.#session || this.stayIn(channel) !== undefined) return;
    await this.#pause();
    if (this.#wanted.has(channel)) await this.#join(channel);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, RETRY_MS);
      this.#timers.add(timer);
    });
  }

  #note(text: string): void {
    this.#parts.trace.note(this.name, text);
  }
}
