import type { ListedChannel, SilcSession, WhoisResult } from '../silc/client/types.js';
import { SilcError } from '../silc/errors.js';
import type { GatewayContext } from './context.js';
import type { Identities } from './identities.js';
import type { Network } from './network.js';
import { RecentAnswers } from './recent-answers.js';
import { deadline } from './timing.js';

/** How long a channel list is taken as true. */
const LIST_MS = 60_000;
/** How long the holders of a nickname are taken as true, and how many nicknames. */
const HOLDERS_MS = 30_000;
const MAX_HOLDERS = 1_000;
/** How long the session stays open without being used. */
const IDLE_MS = 300_000;
/** Longest wait for a connection. */
const CONNECT_MS = 25_000;

/** The gateway's own session on a network: does what concerns no single user. Opened on demand, closed when idle. */
export class ServiceSession {
  readonly #network: Network;
  readonly #context: GatewayContext;
  readonly #identities: Identities;
  #opening: Promise<SilcSession> | undefined;
  #abort = new AbortController();
  readonly #list = new RecentAnswers<readonly ListedChannel[]>(LIST_MS, 1);
  readonly #holders = new RecentAnswers<readonly WhoisResult[]>(HOLDERS_MS, MAX_HOLDERS);
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(network: Network, context: GatewayContext, identities: Identities) {
    this.#network = network;
    this.#context = context;
    this.#identities = identities;
  }

  /** The channels of the network, asked of the server at most once a minute. @throws SilcError, StanzaError */
  channels(): Promise<readonly ListedChannel[]> {
    return this.#list.get('', async () => (await this.#session()).list());
  }

  /** All holders of a nickname (prepared), asked of the server at most twice a minute. @throws SilcError, StanzaError */
  whois(nickname: string): Promise<readonly WhoisResult[]> {
    return this.#holders.get(nickname, async () => (await this.#session()).whois(nickname));
  }

  #session(): Promise<SilcSession> {
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
    this.#list.clear();
    this.#holders.clear();
    this.#abort.abort(new SilcError('closed', 'the session is not needed any more'));
    this.#abort = new AbortController();
    const silc = await opening?.catch(() => undefined);
    await silc?.quit();
  }

  #open(): Promise<SilcSession> {
    // A name that is no JID, so that it can never be a user's.
    const name = `service:${this.#network.name}`;
    const limit = deadline(CONNECT_MS, 'connecting the service session');
    const signal = AbortSignal.any([limit.signal, this.#abort.signal]);
    const forget = (): void => {
      if (this.#opening === opened) this.#opening = undefined;
    };
    const opened: Promise<SilcSession> = this.#connect(name, signal, forget);
    opened.catch(forget).finally(() => limit.clear());
    return opened;
  }

  async #connect(name: string, signal: AbortSignal, closed: () => void): Promise<SilcSession> {
    const keyPair = await this.#identities.keyPair(name);
    const nickname = this.#context.ids.guestNick(name);
    const silc = await this.#network.connect({ keyPair, nickname, signal });
    silc.subscribe((event) => {
      if (event.type === 'closed') closed();
    });
    if (silc.state === 'closed') closed();
    return silc;
  }
}
