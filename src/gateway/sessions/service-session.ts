import type { ListedChannel, WhoisResult } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import { monotonicMs } from '../../util/clock.js';
import { deadline } from '../../util/race.js';
import { sharedAbort } from '../../util/shared-abort.js';
import type { GatewayContext } from '../context.js';
import type { Identities } from './identities.js';
import type { Network } from './network.js';
import { NicknameQuestions } from './nickname-questions.js';
import type { ChatSession } from './chat-session.js';

/** How long a channel list is taken as true. */
const LIST_MS = 60_000;
/** How long the session stays open without being used. */
const IDLE_MS = 300_000;
/** Longest wait for a connection. */
const CONNECT_MS = 25_000;

/** The gateway's own session on a network: does what concerns no single user. Opened on demand, closed when idle. */
export class ServiceSession {
  /** Who has a nickname, asked for users who have no session of their own. */
  readonly nicknames: NicknameQuestions;
  readonly #network: Network;
  readonly #context: GatewayContext;
  readonly #identities: Identities;
  #opening: Promise<ChatSession> | undefined;
  #abort = sharedAbort();
  #list: { readonly at: number; readonly channels: Promise<readonly ListedChannel[]> } | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(network: Network, context: GatewayContext, identities: Identities) {
    this.#network = network;
    this.#context = context;
    this.#identities = identities;
    const ask = async (nickname: string): Promise<readonly WhoisResult[]> =>
      (await this.#session()).whois(nickname);
    this.nicknames = new NicknameQuestions(ask, network.unknownNicknames);
  }

  /** The channels of the network, asked of the server at most once a minute. @throws SilcError, StanzaError */
  channels(): Promise<readonly ListedChannel[]> {
    const known = this.#list;
    if (known !== undefined && monotonicMs() - known.at < LIST_MS) return known.channels;
    const channels = this.#session().then((silc) => silc.list());
    const list = { at: monotonicMs(), channels };
    this.#list = list;
    channels.catch(() => {
      if (this.#list === list) this.#list = undefined;
    });
    return channels;
  }

  #session(): Promise<ChatSession> {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => void this.close(), IDLE_MS);
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    return opening;
  }

  /** Closes the session; it can be opened again. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const opening = this.#opening;
    this.#opening = undefined;
    this.#list = undefined;
    this.#network.unknownNicknames.clear();
    this.#abort.abort(new SilcError('closed', 'the session is not needed any more'));
    this.#abort = sharedAbort();
    const silc = await opening?.catch(() => undefined);
    await silc?.quit();
  }

  /** Closes it where it is on a server that it is not to be on. */
  async closeMisfit(): Promise<void> {
    const opening = this.#opening;
    const silc = await opening?.catch(() => undefined);
    if (silc === undefined || this.#opening !== opening) return;
    if ((await this.#network.misfit(silc)) !== undefined && this.#opening === opening) await this.close();
  }

  #open(): Promise<ChatSession> {
    // A name that is no JID, so that it can never be a user's.
    const name = `service:${this.#network.name}`;
    const limit = deadline(
      CONNECT_MS,
      () => new SilcError('timeout', 'connecting the service session took too long'),
    );
    const signal = AbortSignal.any([limit.signal, this.#abort.signal]);
    const forget = (): void => {
      if (this.#opening === opened) this.#opening = undefined;
    };
    const opened: Promise<ChatSession> = this.#connect(name, signal, forget);
    opened.catch(forget).finally(() => limit.clear());
    return opened;
  }

  async #connect(name: string, signal: AbortSignal, closed: () => void): Promise<ChatSession> {
    const keyPair = await this.#identities.keyPair(name);
    const nickname = this.#context.ids.guestNick(name);
    const silc = await this.#network.connect({ keyPair, nickname, signal, urgency: () => 1 });
    silc.subscribe((event) => {
      if (event.type === 'closed') closed();
    });
    if (silc.state === 'closed') closed();
    return silc;
  }
}
