import type { SilcPublicKey } from '../crypto/public-key.js';
import type { ChannelId, ClientId } from '../ids.js';
import type { MimeEntity } from '../messages/index.js';
import type { KeyAgreement } from '../packets/key-agreement.js';
import type { AutoReply } from './messages/auto-reply.js';
import * as channelCommands from './channels/channel-commands.js';
import { setChannelMode, setMemberMode } from './channels/channel-modes.js';
import type { SessionContext } from './context.js';
import { sendFileTransfer } from './messages/file-transfers.js';
import { join, leave } from './channels/joining.js';
import { sendMime } from './messages/mime-outbox.js';
import type { ChannelModeChange, JoinOptions, JoinResult } from './api/channels.js';
import type {
  MessageOptions,
  MimeDestination,
  MimeOptions,
  OwnMultimediaOffer,
  PrivateKeyInfo,
  SentMessage,
} from './api/messages.js';
import type { ListedChannel, WhoisOptions, WhoisResult } from './api/network.js';
import type { SilcSession } from './api/session.js';
import type { Multimedia } from './messages/multimedia.js';
import { say, tell, type OutgoingGate } from './messages/outgoing.js';
import type { OwnNickname } from './people/own-nick.js';
import * as people from './requests/people-commands.js';
import { PresenceCommands } from './people/presence.js';
import type { PrivateKeys } from './private-keys/private-keys.js';

/** Of a session, all but what it shows of itself and how it ends. */
type Commands = Omit<
  SilcSession,
  | 'state'
  | 'self'
  | 'serverId'
  | 'serverPublicKey'
  | 'serverVersion'
  | 'algorithms'
  | 'channels'
  | 'channelByName'
  | 'subscribe'
  | 'channelControl'
  | 'keyAgreements'
  | 'lookup'
  | 'operator'
  | 'quit'
  | 'detach'
  | 'destroy'
>;

/** What a session does for its application. Whatever sends is refused once the session is over. */
export abstract class SessionCommands extends PresenceCommands implements Commands {
  abstract readonly privateKeys: PrivateKeys;
  abstract readonly autoReply: AutoReply;
  abstract readonly multimedia: Multimedia;
  protected abstract readonly context: SessionContext;
  protected abstract readonly gate: OutgoingGate;
  protected abstract readonly ownNickname: OwnNickname;
  protected abstract readonly byId: people.WhoisById;

  async join(name: string, options: JoinOptions = {}): Promise<JoinResult> {
    this.checkOpen();
    return join(this.context, name, options);
  }

  async leave(channel: ChannelId): Promise<void> {
    this.checkOpen();
    return leave(this.context, channel);
  }

  async say(channel: ChannelId, text: string, options: MessageOptions = {}): Promise<SentMessage> {
    this.checkOpen();
    return say(this.context, this.gate, channel, text, options);
  }

  async tell(user: ClientId, text: string, options: MessageOptions = {}): Promise<SentMessage> {
    this.checkOpen();
    return tell(this.context, user, text, options);
  }

  async sendMime(
    destination: MimeDestination,
    entity: MimeEntity,
    options: MimeOptions = {},
  ): Promise<SentMessage> {
    this.checkOpen();
    return sendMime(this.context, this.gate, destination, entity, options);
  }

  async offerMultimedia(destination: MimeDestination, sdp: string): Promise<OwnMultimediaOffer> {
    this.checkOpen();
    return this.multimedia.offer(destination, sdp);
  }

  async sendFileTransfer(user: ClientId, agreement: KeyAgreement): Promise<void> {
    this.checkOpen();
    return sendFileTransfer(this.context, this.gate, user, agreement);
  }

  async setPrivateKey(user: ClientId, passphrase: string, role?: 'initiator' | 'responder'): Promise<void> {
    this.checkOpen();
    return this.privateKeys.set(user, passphrase, role);
  }

  removePrivateKey(user: ClientId): boolean {
    return this.privateKeys.remove(user);
  }

  privateKeyList(): readonly PrivateKeyInfo[] {
    return this.privateKeys.list();
  }

  setAutoReply(text: string | undefined): void {
    this.autoReply.set(text);
  }

  async nick(nickname: string): Promise<void> {
    this.checkOpen();
    return this.ownNickname.change(nickname);
  }

  async setTopic(channel: ChannelId, topic: string): Promise<void> {
    this.checkOpen();
    return channelCommands.setTopic(this.context, channel, topic);
  }

  async invite(channel: ChannelId, user: ClientId): Promise<void> {
    this.checkOpen();
    return channelCommands.invite(this.context, channel, user);
  }

  async kick(channel: ChannelId, user: ClientId, comment?: string): Promise<void> {
    this.checkOpen();
    return channelCommands.kick(this.context, channel, user, comment);
  }

  async ban(channel: ChannelId, action: 'add' | 'delete', mask: string): Promise<void> {
    this.checkOpen();
    return channelCommands.ban(this.context, channel, action, mask);
  }

  async bans(channel: ChannelId): Promise<readonly string[]> {
    this.checkOpen();
    return channelCommands.bans(this.context, channel);
  }

  async setChannelMode(channel: ChannelId, change: ChannelModeChange): Promise<void> {
    this.checkOpen();
    return setChannelMode(this.context, channel, change);
  }

  async setMemberMode(
    channel: ChannelId,
    user: ClientId,
    change: { set?: number; clear?: number },
  ): Promise<void> {
    this.checkOpen();
    return setMemberMode(this.context, channel, user, change);
  }

  async setUserMode(change: { set?: number; clear?: number }): Promise<void> {
    this.checkOpen();
    return people.setUserMode(this.context, change);
  }

  async whois(nickname: string, options: WhoisOptions = {}): Promise<readonly WhoisResult[]> {
    this.checkOpen();
    return people.whois(this.context, nickname, options);
  }

  async whoisById(user: ClientId): Promise<WhoisResult | undefined> {
    this.checkOpen();
    return this.byId.ask(user);
  }

  async list(): Promise<readonly ListedChannel[]> {
    this.checkOpen();
    return people.list(this.context);
  }

  async serverInfo(): Promise<{ readonly name: string; readonly text: string }> {
    this.checkOpen();
    return people.serverInfo(this.context);
  }

  async motd(): Promise<string> {
    this.checkOpen();
    return people.motd(this.context);
  }

  async getKey(user: ClientId): Promise<SilcPublicKey | undefined> {
    this.checkOpen();
    return people.getKey(this.context, user);
  }

  async ping(): Promise<number> {
    this.checkOpen();
    return people.ping(this.context);
  }

  async rekey(): Promise<void> {
    this.checkOpen();
    await this.context.connection.rekey();
  }
}
