import { commands, encodeRequest } from '../commands/index.js';
import type { CommandMessage } from '../commands/index.js';
import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { SilcError } from '../errors.js';
import type { Packet } from '../frame.js';
import type { ChannelId, ClientId, ServerId } from '../ids.js';
import type { NegotiatedAlgorithms } from '../ke/negotiation.js';
import { encodePayload } from '../packets/codec.js';
import { commandPayload } from '../packets/command.js';
import { PacketType } from '../packets/packet-type.js';
import { SessionChannels } from './channels/channel-control.js';
import type { Received } from './messages/incoming.js';
import { MimeInbox } from './messages/mime-inbox.js';
import { Acknowledgements } from './messages/acknowledgements.js';
import { AnswerLimit } from './messages/answer-limit.js';
import { AutoReply } from './messages/auto-reply.js';
import { CommandQueue } from './requests/command-queue.js';
import { within } from './context.js';
import type { Laned, OwnNick, SessionContext } from './context.js';
import { EventHub } from './event-hub.js';
import { EventOrder } from './event-order.js';
import { channelByName } from './channels/joining.js';
import { MAX_COMMENT, trimToLength } from './limits.js';
import { KeyAgreements } from './private-keys/key-agreements.js';
import { Liveness } from './liveness.js';
import { SessionLookup } from './requests/lookup.js';
import { Resynchroniser } from './channels/membership.js';
import { describeSession } from './detaching.js';
import type { DetachedSession } from './detached-session.js';
import { announceName } from './notifies.js';
import { SessionOperator } from './requests/operator-commands.js';
import { Multimedia } from './messages/multimedia.js';
import { OutgoingGate, tell } from './messages/outgoing.js';
import { OwnNickname } from './people/own-nick.js';
import { Presence } from './people/presence.js';
import type { KeyPair } from '../crypto/key-pair.js';
import type { SessionEvent } from './api/events.js';
import type { Channel, User } from './api/network.js';
import type { WatchingOptions } from './api/presence.js';
import type { SessionState, SilcSession } from './api/session.js';
import { receivePacket } from './packets.js';
import * as people from './requests/people-commands.js';
import { PrivateKeys } from './private-keys/private-keys.js';
import { ChannelRecord, Picture } from './picture.js';
import { Resolver } from './people/resolver.js';
import { SessionCommands } from './session-commands.js';
import { SignatureChecker } from './messages/signatures.js';

/** silcd closes about 200 ms after QUIT, or up to 2 s later when it is throttling. */
const QUIT_WAIT_MS = 5_000;

/**
 * A silcd that holds back a command of a client that has quit closes the client's descriptor a second time when it comes
 * to the command; by then it may be the one of another client of this host. It holds commands back for up to 2 s.
 */
const DRAIN_WAIT_MS = 2_500;

export interface SessionParts {
  /** Registered: the Client ID is the connection's own ID already. */
  readonly connection: SilcConnection;
  readonly backend: CryptoBackend;
  readonly serverId: ServerId;
  readonly clientId: ClientId;
  readonly nickname: string;
  readonly username: string;
  readonly realName: string;
  readonly fingerprint: string;
  readonly keyPair: KeyPair;
  readonly negotiatePrivateKeys: boolean;
  readonly answerAcknowledgements: boolean;
  readonly watching: WatchingOptions | undefined;
  readonly commandTimeoutMs: number | undefined;
  readonly liveness: { readonly intervalMs: number; readonly timeoutMs: number };
}

/** A registered session: takes the packets of its connection until the end and keeps the picture of the network. */
export class ClientSession extends SessionCommands implements SilcSession, SessionContext {
  readonly connection: SilcConnection;
  readonly backend: CryptoBackend;
  readonly serverId: ServerId;
  readonly picture: Picture;
  readonly queue: CommandQueue;
  readonly resolver: Resolver;
  readonly order = new EventOrder();
  readonly privateKeys: PrivateKeys;
  readonly autoReply: AutoReply;
  readonly acknowledgements: Acknowledgements;
  readonly answerLimit = new AnswerLimit();
  readonly keyAgreements: KeyAgreements;
  readonly keyPair: KeyPair;
  readonly presence: Presence;
  readonly channelControl: SessionChannels;
  readonly lookup: SessionLookup;
  readonly operator: SessionOperator;
  readonly mime = new MimeInbox<Received>();
  readonly multimedia: Multimedia = new Multimedia(this);
  readonly #hub = new EventHub();
  protected readonly gate = new OutgoingGate();
  protected readonly ownNickname: OwnNickname;
  readonly #signatures: SignatureChecker;
  readonly #resynchroniser: Resynchroniser;
  protected readonly byId: people.WhoisById;
  readonly #liveness: Liveness;
  readonly #ended: Promise<void>;
  #resolveEnded: () => void = () => undefined;
  #state: SessionState = 'ready';
  #explanation: SilcError | undefined;

  constructor(parts: SessionParts) {
    super();
    this.connection = parts.connection;
    this.backend = parts.backend;
    this.serverId = parts.serverId;
    this.picture = new Picture(parts.clientId);
    const { self } = this.picture;
    self.nickname = parts.nickname;
    self.username = parts.username;
    self.realName = parts.realName;
    self.fingerprint = parts.fingerprint;
    this.queue = new CommandQueue({
      send: (message) => this.#sendCommand(message),
      ...(parts.commandTimeoutMs === undefined ? {} : { timeoutMs: parts.commandTimeoutMs }),
    });
    this.resolver = new Resolver({
      queue: this.queue,
      users: this.picture.users,
      onResolved: (user) => announceName(this, user),
    });
    this.keyPair = parts.keyPair;
    this.privateKeys = new PrivateKeys(this, this.gate, {
      keyPair: parts.keyPair,
      negotiate: parts.negotiatePrivateKeys,
    });
    this.keyAgreements = new KeyAgreements(this, {
      ...{ session: this, gate: this.gate, privateKeys: this.privateKeys },
      checkOpen: () => this.checkOpen(),
    });
    this.acknowledgements = new Acknowledgements(this, parts.answerAcknowledgements);
    this.autoReply = new AutoReply((user, text, options) => tell(this, user, text, options));
    this.presence = new Presence(this, parts.keyPair, parts.watching);
    this.channelControl = new SessionChannels(this, () => this.checkOpen());
    this.lookup = new SessionLookup(this, () => this.checkOpen());
    this.operator = new SessionOperator(this, () => this.checkOpen());
    this.ownNickname = new OwnNickname(this, this.gate);
    this.#signatures = new SignatureChecker(this);
    this.#resynchroniser = new Resynchroniser(this);
    this.byId = new people.WhoisById(this);
    this.#ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    this.#liveness = new Liveness({
      ...parts.liveness,
      ping: () => people.ping(this),
      onDead: () => this.#end(new SilcError('timeout', 'the server does not answer any more')),
    });
  }

  /** Begins to take packets; `early` came before. */
  start(early: readonly Packet[]): void {
    this.connection.onRekeyed(() => this.post([], { type: 'rekeyed' }));
    for (const packet of early) receivePacket(this, this.#signatures, packet);
    void this.#run();
  }

  get state(): SessionState {
    return this.#state;
  }

  protected get context(): SessionContext {
    return this;
  }

  get self(): User {
    return this.picture.self;
  }

  get serverPublicKey(): SilcPublicKey {
    return this.connection.exchange.peerPublicKey;
  }

  get serverVersion(): string {
    return this.connection.exchange.peerVersion;
  }

  get algorithms(): NegotiatedAlgorithms {
    return this.connection.exchange.algorithms;
  }

  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.picture.channels;
  }

  channelByName(name: string): Channel | undefined {
    return channelByName(this, name);
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    return this.#hub.subscribe(listener);
  }

  async quit(message?: string): Promise<void> {
    if (this.#state === 'ready') {
      this.#state = 'closing';
      const comment = message === undefined ? undefined : trimToLength(message, MAX_COMMENT);
      await within(this.queue.drain(), DRAIN_WAIT_MS);
      const sent = this.gate.pass(async () => {
        this.#sendCommand(encodeRequest(commands.quit, 0xffff, { message: comment }));
        await Promise.resolve();
      });
      await within(sent, 2_000);
      await within(this.#ended, QUIT_WAIT_MS);
      this.#end(undefined);
    }
    await this.#ended;
  }

  async detach(): Promise<DetachedSession> {
    this.checkOpen();
    let detached: DetachedSession | undefined;
    await this.queue.run(commands.detach, () => ({}), {
      onReply: () => {
        detached = describeSession(this);
        this.#state = 'closing';
      },
    });
    if (detached === undefined) throw new SilcError('closed', 'the session is over');
    await within(this.#ended, QUIT_WAIT_MS);
    this.#end(undefined);
    return detached;
  }

  destroy(): void {
    this.#end(new SilcError('closed', 'the session was dropped'));
  }

  get nickPending(): boolean {
    return this.ownNickname.pending;
  }

  rememberOwnNick(change: OwnNick): void {
    this.ownNickname.remember(change);
  }

  changeSelf(change: OwnNick): void {
    this.ownNickname.apply(change);
  }

  explainEnd(error: SilcError): void {
    this.#explanation ??= error;
  }

  resync(channel: ChannelRecord): void {
    if (this.#state === 'ready') this.#resynchroniser.request(channel);
  }

  post(
    lanes: readonly Laned[],
    event: SessionEvent | (() => SessionEvent),
    ready?: Promise<unknown>,
    octets = 0,
  ): void {
    if (this.#state === 'closed') return;
    const about = lanes.find((laned) => laned instanceof ChannelRecord);
    const deliver = (): void => {
      // Whoever has left a channel does not hear of it any more, unless others are concerned too.
      if (lanes.length === 1 && about?.left === true) return;
      this.#hub.emit(typeof event === 'function' ? event() : event);
    };
    this.order.post(
      lanes.map(({ lane }) => lane),
      deliver,
      ready,
      octets,
    );
  }

  hold(lanes: readonly Laned[], ready: Promise<unknown>): void {
    this.order.post(
      lanes.map(({ lane }) => lane),
      () => undefined,
      ready,
    );
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const packet = await this.connection.receive();
        if (packet === undefined) break;
        // Ended meanwhile: its keys are wiped, and no others are wanted.
        if (this.#state === 'closed') return;
        this.#liveness.heard();
        receivePacket(this, this.#signatures, packet);
      }
      this.#end(new SilcError('closed', 'the server closed the connection'));
    } catch (cause) {
      const error =
        cause instanceof SilcError ? cause : new SilcError('closed', 'the connection broke', { cause });
      this.#end(error);
    }
  }

  #sendCommand(message: CommandMessage): void {
    this.connection
      .send({ type: PacketType.command, payload: encodePayload(commandPayload, message) })
      .catch((cause: unknown) => {
        const error =
          cause instanceof SilcError ? cause : new SilcError('closed', 'sending failed', { cause });
        // A command that did not fit the queue of the socket: nothing moves any more.
        this.#end(error);
      });
  }

  protected checkOpen(): void {
    if (this.#state !== 'ready') throw new SilcError('closed', 'the session is over');
  }

  /** The end, whatever its cause: everybody who waits is told, everything held back goes out, `closed` comes last. */
  #end(cause: SilcError | undefined): void {
    if (this.#state === 'closed') return;
    const error = this.#state === 'closing' ? undefined : (this.#explanation ?? cause);
    const over = error ?? new SilcError('closed', 'the session is over');
    // First: a listener that is told what was held back may end the session by itself.
    this.#state = 'closed';
    this.order.flush();
    this.#liveness.stop();
    this.#resynchroniser.close();
    this.resolver.close();
    this.queue.close(over);
    this.gate.close(over);
    this.connection.destroy();
    this.picture.close();
    this.privateKeys.close();
    this.acknowledgements.close();
    this.keyAgreements.close();
    this.presence.close();
    this.mime.close();
    this.#hub.emit({ type: 'closed', error });
    this.#resolveEnded();
  }
}
