import { Deferred } from '../../util/deferred.js';
import { commands, encodeRequest } from '../commands/index.js';
import type { CommandMessage } from '../commands/index.js';
import type { SilcConnection } from '../connection.js';
import type { CryptoBackend } from '../crypto/backend.js';
import type { KeyPair } from '../crypto/key-pair.js';
import { SilcError } from '../errors.js';
import type { Packet } from '../frame.js';
import { NO_ID, type ServerId } from '../ids.js';
import type { MimeEntity } from '../messages/index.js';
import { encodePayload } from '../packets/codec.js';
import { commandPayload } from '../packets/command.js';
import { PacketType } from '../packets/packet-type.js';
import type { SessionEvent } from './api/events.js';
import type { MimeDestination, MimeOptions, SentMessage } from './api/messages.js';
import type { SessionState } from './api/session.js';
import { SessionChannels } from './channels/channel-control.js';
import { endCatchingUp, lead, takeChange } from './channels/leading.js';
import { Resynchroniser } from './channels/membership.js';
import { within } from './context.js';
import type { Ordered, OwnNick, SessionContext } from './context.js';
import type { DetachedSession } from './detached-session.js';
import { describeSession } from './detaching.js';
import { EventDelivery } from './event-delivery.js';
import { EventHub } from './event-hub.js';
import { EventOrder } from './event-order.js';
import { MAX_COMMENT, trimToLength } from './limits.js';
import { Acknowledgements } from './messages/acknowledgements.js';
import { AnswerLimit } from './messages/answer-limit.js';
import { AutoReply } from './messages/auto-reply.js';
import { MimeInbox } from './messages/mime-inbox.js';
import { sendMime } from './messages/mime-outbox.js';
import { Multimedia } from './messages/multimedia.js';
import { OutgoingGate, tell } from './messages/outgoing.js';
import { SignatureChecker } from './messages/signatures.js';
import { announceName, applyNotify } from './notifies.js';
import { noteTold } from './told-events.js';
import { receivePacket } from './packets.js';
import { OwnNickname } from './people/own-nick.js';
import { Presence } from './people/presence.js';
import { Resolver } from './people/resolver.js';
import { NetworkState } from './network-state.js';
import type { ChannelRecord } from './channel-record.js';
import type { ReceivedMessage } from './ports.js';
import { KeyAgreements } from './private-keys/key-agreements.js';
import { PrivateKeys } from './private-keys/private-keys.js';
import { CommandQueue, HURRIED_READS, isHurried } from './requests/command-queue.js';
import { getKey, ping, WhoisById } from './requests/people-commands.js';
import type { SessionParts } from './session-parts.js';
import { SessionWatchdog, type WatchedSession } from './session-watchdog.js';

/** silcd closes about 200 ms after QUIT, or up to 2 s later when it is throttling. */
const QUIT_WAIT_MS = 5_000;

/**
 * A silcd that holds back a command of a client that has quit closes the client's descriptor a second time when it comes
 * to the command; by then it may be the one of another client of this host. It holds commands back for up to 2 s.
 */
const DRAIN_WAIT_MS = 2_500;

/**
 * The inside of a session: takes the packets of its connection until the end and gives events in order. It is the context
 * of the session's parts. What most sessions never use is made when it is used for the first time.
 */
export class SessionCore implements SessionContext, WatchedSession {
  readonly connection: SilcConnection;
  readonly backend: CryptoBackend;
  readonly serverId: ServerId;
  readonly keyPair: KeyPair;
  readonly network: NetworkState;
  readonly queue: CommandQueue;
  readonly resolver: Resolver;
  readonly order = new EventOrder();
  readonly gate = new OutgoingGate();
  readonly #hub = new EventHub();
  readonly #delivery = new EventDelivery(this.#hub, this.order, (event) => noteTold(this.network, event));
  readonly watchdog: SessionWatchdog;
  readonly #settings: Pick<SessionParts, 'negotiatePrivateKeys' | 'answerAcknowledgements' | 'watching'>;
  #state: SessionState = 'ready';
  /** Settled at the end; made for whoever waits for it. */
  #ended: Deferred | undefined;
  #explanation: SilcError | undefined;

  #privateKeys: PrivateKeys | undefined;
  #keyAgreements: KeyAgreements | undefined;
  #acknowledgements: Acknowledgements | undefined;
  #signatures: SignatureChecker | undefined;
  #mime: MimeInbox<ReceivedMessage> | undefined;
  #multimedia: Multimedia | undefined;
  #autoReply: AutoReply | undefined;
  #presence: Presence | undefined;
  #channelControl: SessionChannels | undefined;
  #answerLimit: AnswerLimit | undefined;
  #whoisById: WhoisById | undefined;
  #ownNickname: OwnNickname | undefined;
  #resynchroniser: Resynchroniser | undefined;

  constructor(parts: SessionParts) {
    const { negotiatePrivateKeys, answerAcknowledgements, watching } = parts;
    this.#settings = { negotiatePrivateKeys, answerAcknowledgements, watching };
    this.connection = parts.connection;
    this.backend = parts.backend;
    this.serverId = parts.serverId;
    this.keyPair = parts.keyPair;
    const server = parts.sharing.server(parts.serverId, this.connection.exchange.peerPublicKey);
    this.network = new NetworkState(parts.clientId, { server });
    const { self } = this.network;
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
      users: this.network.users,
      onResolved: (user) => announceName(this, user),
    });
    this.network.resolve = (user) => this.resolver.unknown(user);
    this.network.takeChange = (oldId, newId, nickname) => takeChange(this, oldId, newId, nickname);
    this.network.onLead = (channel, before) => lead(this, channel, before);
    server.onEnd(self, {
      killed: (notify) => {
        applyNotify(this, notify, NO_ID);
        this.#end(undefined);
      },
      replaced: () => this.#end(new SilcError('closed', 'the server was started anew')),
    });
    server.registered(parts.registration);
    this.watchdog = new SessionWatchdog(this, parts.liveness);
  }

  get privateKeys(): PrivateKeys {
    const { negotiatePrivateKeys: negotiate } = this.#settings;
    return (this.#privateKeys ??= new PrivateKeys(this, this.gate, { keyPair: this.keyPair, negotiate }));
  }

  get acknowledgements(): Acknowledgements {
    return (this.#acknowledgements ??= new Acknowledgements(this, this.#settings.answerAcknowledgements));
  }

  get signatures(): SignatureChecker {
    return (this.#signatures ??= new SignatureChecker(this));
  }

  get mime(): MimeInbox<ReceivedMessage> {
    return (this.#mime ??= new MimeInbox());
  }

  get multimedia(): Multimedia {
    return (this.#multimedia ??= new Multimedia(this));
  }

  get autoReply(): AutoReply {
    return (this.#autoReply ??= new AutoReply((user, text, options) => tell(this, user, text, options)));
  }

  get presence(): Presence {
    return (this.#presence ??= new Presence(this, this.#settings.watching));
  }

  get channelControl(): SessionChannels {
    return (this.#channelControl ??= new SessionChannels(this, () => this.checkOpen()));
  }

  get answerLimit(): AnswerLimit {
    return (this.#answerLimit ??= new AnswerLimit());
  }

  get whoisById(): WhoisById {
    return (this.#whoisById ??= new WhoisById(this));
  }

  get keyAgreements(): KeyAgreements {
    return (this.#keyAgreements ??= new KeyAgreements(this, {
      ...{ gate: this.gate, privateKeys: this.privateKeys },
      session: {
        whoisById: (user) => this.whoisById.ask(user),
        getKey: (user) => getKey(this, user),
      },
      checkOpen: () => this.checkOpen(),
    }));
  }

  get ownNickname(): OwnNickname {
    return (this.#ownNickname ??= new OwnNickname(this, this.gate));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Begins to take packets; `early` came before. */
  start(early: readonly Packet[]): void {
    this.connection.onRekeyed(() => this.post([], { type: 'rekeyed' }));
    for (const packet of early) receivePacket(this, packet);
    void this.#run();
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    return this.#hub.subscribe(listener);
  }

  /** @throws SilcError `closed` */
  checkOpen(): void {
    if (this.#state !== 'ready') throw new SilcError('closed', 'the session is over');
  }

  async quit(message?: string): Promise<void> {
    if (this.#state === 'ready') {
      this.#state = 'closing';
      this.network.retire();
      this.setReadPaused(false);
      const comment = message === undefined ? undefined : trimToLength(message, MAX_COMMENT);
      await within(this.queue.drain(), DRAIN_WAIT_MS);
      const sent = this.gate.pass(async () => {
        this.#sendCommand(encodeRequest(commands.quit, 0xffff, { message: comment }));
        await Promise.resolve();
      });
      await within(sent, 2_000);
      await within(this.#whenEnded(), QUIT_WAIT_MS);
      this.#end(undefined);
    }
    await this.#whenEnded();
  }

  async detach(): Promise<DetachedSession> {
    this.checkOpen();
    let detached: DetachedSession | undefined;
    // From the beginning: of many sessions that detach together none shall begin to lead where another one goes.
    this.network.staying = false;
    try {
      await this.queue.run(commands.detach, () => ({}), {
        onReply: () => {
          detached = describeSession(this);
          this.#state = 'closing';
          this.network.retire();
        },
      });
    } catch (error) {
      this.network.staying = true;
      throw error;
    }
    if (detached === undefined) throw new SilcError('closed', 'the session is over');
    await within(this.#whenEnded(), QUIT_WAIT_MS);
    this.#end(undefined);
    return detached;
  }

  setReadPaused(paused: boolean): void {
    if (this.#state === 'closed') return;
    this.watchdog.setPaused(paused);
    this.order.setPaused(paused);
    // What has waited for its order is told by now, and whoever was told may want no more.
    if (this.order.isPaused === paused) this.connection.setReadPaused(paused);
  }

  destroy(): void {
    this.#end(new SilcError('closed', 'the session was dropped'));
  }

  ping(): Promise<number> {
    return ping(this);
  }

  onServerSilent(): void {
    this.#end(new SilcError('timeout', 'the server does not answer any more'));
  }

  async sendMime(
    destination: MimeDestination,
    entity: MimeEntity,
    options: MimeOptions = {},
  ): Promise<SentMessage> {
    this.checkOpen();
    return sendMime(this, this.gate, destination, entity, options);
  }

  get nickPending(): boolean {
    return this.#ownNickname?.pending ?? false;
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

  resync(channel: ChannelRecord, atOnce = false): void {
    if (this.#state !== 'ready' || !this.network.staying || !channel.leads) return;
    this.#resynchroniser ??= new Resynchroniser(this, (compared) => endCatchingUp(this, compared));
    this.#resynchroniser.request(channel, atOnce);
  }

  post(
    about: readonly Ordered[],
    event: SessionEvent | (() => SessionEvent),
    ready?: Promise<unknown>,
    octets = 0,
  ): void {
    if (this.#state === 'closed') return;
    this.#delivery.post(about, event, ready, octets);
  }

  hold(about: readonly Ordered[], ready: Promise<unknown>): void {
    this.order.post(
      about.map(({ orderingKey }) => orderingKey),
      () => undefined,
      ready,
    );
  }

  release(channel: ChannelRecord): void {
    this.#delivery.release(channel);
  }

  #whenEnded(): Promise<void> {
    if (this.#state === 'closed') return Promise.resolve();
    return (this.#ended ??= new Deferred()).promise;
  }

  async #run(): Promise<void> {
    try {
      await this.connection.consume((packet) => {
        // Ended meanwhile: its keys are wiped, and no others are wanted.
        if (this.#state === 'closed') return;
        this.watchdog.heard();
        receivePacket(this, packet);
      });
      this.watchdog.ended(this.#state === 'closing');
      this.#end(new SilcError('closed', 'the server closed the connection'));
    } catch (cause) {
      const error =
        cause instanceof SilcError ? cause : new SilcError('closed', 'the connection broke', { cause });
      this.watchdog.failed(error, this.#state === 'closing');
      this.#end(error);
    }
  }

  #sendCommand(message: CommandMessage): void {
    if (isHurried(message.command)) this.connection.hurry(HURRIED_READS);
    this.watchdog.sentCommand(message);
    this.connection
      .send({ type: PacketType.command, payload: encodePayload(commandPayload, message) })
      .catch((cause: unknown) => {
        const error =
          cause instanceof SilcError ? cause : new SilcError('closed', 'sending failed', { cause });
        // A command that did not fit the queue of the socket: nothing moves any more.
        this.#end(error);
      });
  }

  /** The end, whatever its cause: everybody who waits is told, everything held back goes out, `closed` comes last. */
  #end(cause: SilcError | undefined): void {
    if (this.#state === 'closed') return;
    const error = this.#state === 'closing' ? undefined : (this.#explanation ?? cause);
    const over = error ?? new SilcError('closed', 'the session is over');
    // First: a listener that is told what was held back may end the session by itself.
    this.#state = 'closed';
    this.network.retire();
    this.order.flush();
    this.watchdog.stop();
    this.#resynchroniser?.close();
    this.resolver.close();
    this.queue.close(over);
    this.gate.close(over);
    this.connection.destroy();
    this.network.close();
    this.#privateKeys?.close();
    this.#acknowledgements?.close();
    this.#keyAgreements?.close();
    this.#presence?.close();
    this.#mime?.close();
    this.#hub.emit({ type: 'closed', error });
    this.#ended?.resolve();
  }
}
