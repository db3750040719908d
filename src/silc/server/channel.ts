import { ciphers, DEFAULT_CIPHER, DEFAULT_HMAC } from '../crypto/algorithms.js';
import type { CipherName, HmacName } from '../crypto/algorithms.js';
import type { CryptoBackend } from '../crypto/backend.js';
import { wipe } from '../bytes.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import type { ChannelId, ClientId } from '../ids.js';
import { ChannelMode, ChannelUserMode, UserMode } from '../modes.js';
import type { ServerClient } from './client.js';
import { AccessList } from './access-list.js';
import { ChannelKeyList } from './channel-proofs.js';

/** A channel on this server: state and the questions about it. Sending is done by `network.ts`. */
export class ServerChannel {
  readonly id: ChannelId;
  /** In the spelling of its creator. */
  readonly name: string;
  /** For comparing: the prepared form. */
  readonly preparedName: string;
  /** Members and their `ChannelUserMode` masks, in the order of joining. */
  readonly members = new Map<ServerClient, number>();
  readonly invites = new AccessList();
  readonly bans = new AccessList();
  /** Keys with which one may join while +C is set. */
  readonly joinKeys = new ChannelKeyList();
  mode: number = ChannelMode.none;
  topic: string | undefined;
  passphrase: string | undefined;
  userLimit: number | undefined;
  /** Whoever holds it is the founder, also after having been away; set with +f. */
  founderKey: SilcPublicKey | undefined;
  /** The algorithms that the channel was created with. */
  readonly firstCipher: CipherName;
  readonly firstHmac: HmacName;
  cipher: CipherName;
  hmac: HmacName;
  #key: Uint8Array = new Uint8Array(0);

  constructor(id: ChannelId, name: string, preparedName: string, cipher?: CipherName, hmac?: HmacName) {
    this.id = id;
    this.name = name;
    this.preparedName = preparedName;
    this.firstCipher = cipher ?? DEFAULT_CIPHER;
    // The only HMAC that all clients agree upon.
    this.firstHmac = hmac ?? DEFAULT_HMAC;
    this.cipher = this.firstCipher;
    this.hmac = this.firstHmac;
  }

  /** The key of all messages from now on; undefined while members use their own (+k). */
  get key(): Uint8Array | undefined {
    return this.has(ChannelMode.privateKey) ? undefined : this.#key;
  }

  has(bit: number): boolean {
    return (this.mode & bit) !== 0;
  }

  isFounder(client: ServerClient): boolean {
    return this.#memberHas(client, ChannelUserMode.founder);
  }

  isOperator(client: ServerClient): boolean {
    return this.#memberHas(client, ChannelUserMode.operator);
  }

  /** Whether what this member sends is passed on. Otherwise it vanishes, as with silcd. */
  maySpeak(client: ServerClient): boolean {
    const mode = this.members.get(client);
    if (mode === undefined || (mode & ChannelUserMode.quiet) !== 0) return false;
    if ((mode & ChannelUserMode.founder) !== 0) return true;
    const silenced =
      (mode & ChannelUserMode.operator) !== 0 ? ChannelMode.silenceOperators : ChannelMode.silenceUsers;
    return !this.has(silenced);
  }

  /** Whether a member wants what this sender says. Otherwise it is not passed on, as with silcd. */
  hears(member: ServerClient, sender: ServerClient): boolean {
    const { founder, operator, blockMessages, blockMessagesUsers, blockMessagesRobots } = ChannelUserMode;
    const mode = this.members.get(member) ?? 0;
    if ((mode & blockMessages) !== 0) return false;
    const ranks = this.members.get(sender) ?? 0;
    if ((mode & blockMessagesUsers) !== 0 && (ranks & (founder | operator)) === 0) return false;
    return (mode & blockMessagesRobots) === 0 || (sender.mode & UserMode.robot) === 0;
  }

  isInvited(client: ServerClient): boolean {
    return this.invites.matches(client);
  }

  isBanned(client: ServerClient): boolean {
    return this.bans.matches(client);
  }

  renameClient(oldId: ClientId, newId: ClientId): void {
    this.invites.renameClient(oldId, newId);
    this.bans.renameClient(oldId, newId);
  }

  /** A fresh key, after every change of membership. */
  rekey(backend: CryptoBackend): void {
    this.dropKey();
    this.#key = backend.randomBytes(ciphers[this.cipher].keyLength);
  }

  dropKey(): void {
    wipe(this.#key);
  }

  #memberHas(client: ServerClient, bit: number): boolean {
    return ((this.members.get(client) ?? 0) & bit) !== 0;
  }
}
