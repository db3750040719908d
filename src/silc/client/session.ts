import type { SilcPublicKey } from '../crypto/public-key.js';
import type { Packet } from '../frame.js';
import type { ChannelId, ClientId, ServerId } from '../ids.js';
import type { NegotiatedAlgorithms } from '../ke/negotiation.js';
import type { MimeEntity } from '../messages/index.js';
import type { KeyAgreement } from '../packets/key-agreement.js';
import type { ChannelControl, ChannelModeChange, JoinOptions, JoinResult } from './api/channels.js';
import type { SessionEvent } from './api/events.js';
import type { KeyAgreementControl } from './api/key-agreements.js';
import type {
  ChannelKeyRef,
  MessageOptions,
  MimeDestination,
  MimeOptions,
  OwnMultimediaOffer,
  PrivateKeyInfo,
  SentMessage,
} from './api/messages.js';
import type {
  Channel,
  ListedChannel,
  User,
  UserAttribute,
  WhoisByIdOptions,
  WhoisOptions,
  WhoisResult,
} from './api/network.js';
import type { KillOutcome, Watching, WatchTarget } from './api/presence.js';
import type { SessionState, SilcSession } from './api/session.js';
import * as channelCommands from './channels/channel-commands.js';
import { setChannelMode } from './channels/channel-modes.js';
import { channelByName, join, leave } from './channels/joining.js';
import { setMemberMode } from './channels/member-modes.js';
import { SessionCore } from './core.js';
import type { SessionParts } from './session-parts.js';
import type { DetachedSession } from './detached-session.js';
import { killDetached } from './detaching.js';
import { sendFileTransfer } from './messages/file-transfers.js';
import { say, tell } from './messages/outgoing.js';
import { SessionLookup } from './requests/lookup.js';
import { SessionOperator } from './requests/operator-commands.js';
import * as people from './requests/people-commands.js';

/** What a registered session does for its application. Whatever sends is refused once the session is over. */
export class ClientSession implements SilcSession {
  /** What the session is made of: not for applications. */
  readonly core: SessionCore;
  #lookup: SessionLookup | undefined;
  #operator: SessionOperator | undefined;

  constructor(parts: SessionParts) {
    this.core = new SessionCore(parts);
  }

  /** Begins to take packets; `early` came before. */
  start(early: readonly Packet[]): void {
    this.core.start(early);
  }

  get state(): SessionState {
    return this.core.state;
  }

  get self(): User {
    return this.core.network.self;
  }

  get serverId(): ServerId {
    return this.core.serverId;
  }

  get serverPublicKey(): SilcPublicKey {
    return this.core.connection.exchange.peerPublicKey;
  }

  get serverVersion(): string {
    return this.core.connection.exchange.peerVersion;
  }

  get algorithms(): NegotiatedAlgorithms {
    return this.core.connection.exchange.algorithms;
  }

  get lastHeardAt(): number {
    return this.core.watchdog.heardAt;
  }

  get messagesRead(): number {
    return this.core.watchdog.messagesRead;
  }

  get channels(): ReadonlyMap<ChannelId, Channel> {
    return this.core.network.channels;
  }

  get channelControl(): ChannelControl {
    return this.core.channelControl;
  }

  get keyAgreements(): KeyAgreementControl {
    return this.core.keyAgreements;
  }

  get lookup(): SessionLookup {
    return (this.#lookup ??= new SessionLookup(this.core, () => this.core.checkOpen()));
  }

  get operator(): SessionOperator {
    return (this.#operator ??= new SessionOperator(this.core, () => this.core.checkOpen()));
  }

  get watching(): Watching {
    return this.core.presence.watching;
  }

  channelByName(name: string): Channel | undefined {
    return channelByName(this.core, name);
  }

  leads(channel: ChannelId): boolean {
    return this.core.network.channel(channel)?.leads === true;
  }

  holdsKey(channel: ChannelId, key: ChannelKeyRef): boolean {
    return this.core.network.channel(channel)?.holdsKey(key) === true;
  }

  sendingPrivateKey(channel: ChannelId): ChannelKeyRef | undefined {
    return this.core.network.channel(channel)?.sendingPrivateKey;
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    return this.core.subscribe(listener);
  }

  quit(message?: string): Promise<void> {
    return this.core.quit(message);
  }

  detach(): Promise<DetachedSession> {
    return this.core.detach();
  }

  setReadPaused(paused: boolean): void {
    this.core.setReadPaused(paused);
  }

  destroy(): void {
    this.core.destroy();
  }

  async join(name: string, options: JoinOptions = {}): Promise<JoinResult> {
    return join(this.#open(), name, options);
  }

  async leave(channel: ChannelId): Promise<void> {
    return leave(this.#open(), channel);
  }

  async say(channel: ChannelId, text: string, options: MessageOptions = {}): Promise<SentMessage> {
    return say(this.#open(), this.core.gate, channel, text, options);
  }

  async tell(user: ClientId, text: string, options: MessageOptions = {}): Promise<SentMessage> {
    return tell(this.#open(), user, text, options);
  }

  async sendMime(
    destination: MimeDestination,
    entity: MimeEntity,
    options: MimeOptions = {},
  ): Promise<SentMessage> {
    return this.core.sendMime(destination, entity, options);
  }

  async offerMultimedia(destination: MimeDestination, sdp: string): Promise<OwnMultimediaOffer> {
    return this.#open().multimedia.offer(destination, sdp);
  }

  async sendFileTransfer(user: ClientId, agreement: KeyAgreement): Promise<void> {
    return sendFileTransfer(this.#open(), this.core.gate, user, agreement);
  }

  async setPrivateKey(user: ClientId, passphrase: string, role?: 'initiator' | 'responder'): Promise<void> {
    return this.#open().privateKeys.set(user, passphrase, role);
  }

  removePrivateKey(user: ClientId): boolean {
    return this.core.privateKeys.remove(user);
  }

  privateKeyList(): readonly PrivateKeyInfo[] {
    return this.core.privateKeys.list();
  }

  setAutoReply(text: string | undefined): void {
    this.core.autoReply.set(text);
  }

  async nick(nickname: string): Promise<void> {
    return this.#open().ownNickname.change(nickname);
  }

  async setTopic(channel: ChannelId, topic: string): Promise<void> {
    return channelCommands.setTopic(this.#open(), channel, topic);
  }

  async invite(channel: ChannelId, user: ClientId): Promise<void> {
    return channelCommands.invite(this.#open(), channel, user);
  }

  async kick(channel: ChannelId, user: ClientId, comment?: string): Promise<void> {
    return channelCommands.kick(this.#open(), channel, user, comment);
  }

  async ban(channel: ChannelId, action: 'add' | 'delete', mask: string): Promise<void> {
    return channelCommands.ban(this.#open(), channel, action, mask);
  }

  async bans(channel: ChannelId): Promise<readonly string[]> {
    return channelCommands.bans(this.#open(), channel);
  }

  async setChannelMode(channel: ChannelId, change: ChannelModeChange): Promise<void> {
    return setChannelMode(this.#open(), channel, change);
  }

  async setMemberMode(
    channel: ChannelId,
    user: ClientId,
    change: { set?: number; clear?: number },
  ): Promise<void> {
    return setMemberMode(this.#open(), channel, user, change);
  }

  async setUserMode(change: { set?: number; clear?: number }): Promise<void> {
    return people.setUserMode(this.#open(), change);
  }

  async whois(nickname: string, options: WhoisOptions = {}): Promise<readonly WhoisResult[]> {
    return people.whois(this.#open(), nickname, options);
  }

  async whoisById(user: ClientId, options?: WhoisByIdOptions): Promise<WhoisResult | undefined> {
    return this.#open().whoisById.ask(user, options);
  }

  async list(): Promise<readonly ListedChannel[]> {
    return people.list(this.#open());
  }

  async serverInfo(): Promise<{ readonly name: string; readonly text: string }> {
    return people.serverInfo(this.#open());
  }

  async motd(): Promise<string> {
    return people.motd(this.#open());
  }

  async getKey(user: ClientId): Promise<SilcPublicKey | undefined> {
    return people.getKey(this.#open(), user);
  }

  async ping(): Promise<number> {
    return this.#open().ping();
  }

  async rekey(): Promise<void> {
    await this.#open().connection.rekey();
  }

  async watch(target: WatchTarget, priority?: 'user' | 'background'): Promise<void> {
    return this.#open().presence.watch(target, priority);
  }

  async unwatch(target: WatchTarget | string): Promise<void> {
    return this.#open().presence.unwatch(typeof target === 'string' ? { nickname: target } : target);
  }

  setAttributes(attributes: readonly UserAttribute[] | undefined): void {
    this.core.presence.setAttributes(attributes);
  }

  async killDetached(user: ClientId, comment?: string): Promise<KillOutcome> {
    return killDetached(this.#open(), this.core.keyPair, user, comment);
  }

  /** @throws SilcError `closed` */
  #open(): SessionCore {
    this.core.checkOpen();
    return this.core;
  }
}
