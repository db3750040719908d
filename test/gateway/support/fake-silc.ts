import type { ChatSession, SessionHost } from '../../../src/gateway/sessions/chat-session.js';
import type {
  AccessEntry,
  AccessListName,
  AnsweredAttributes,
  Channel,
  ChannelKeyRef,
  ChannelModeChange,
  ConnectOptions,
  JoinOptions,
  JoinResult,
  KeyPair,
  KillOutcome,
  ListedChannel,
  Member,
  Message,
  MessageOptions,
  MimeDestination,
  MimeOptions,
  SentMessage,
  SessionEvent,
  SessionState,
  User,
  UserAttribute,
  WatchTarget,
  WhoisByIdOptions,
  WhoisResult,
} from '../../../src/silc/client/types.js';
import type { DetachedSession } from '../../../src/silc/client/detached-session.js';
import type { SilcPublicKey } from '../../../src/silc/crypto/public-key.js';
import { SilcResumeError } from '../../../src/silc/client/resuming.js';
import { testKeyPair } from '../../support/keys.js';
import { SilcCommandError, SilcDisconnectError, SilcError } from '../../../src/silc/errors.js';
import type { ChannelId, ClientId } from '../../../src/silc/ids.js';
import { mimeContentType } from '../../../src/silc/messages/mime-content.js';
import { encodeMime, type MimeEntity } from '../../../src/silc/messages/mime.js';
import { ChannelMode } from '../../../src/silc/modes.js';
import { Status } from '../../../src/silc/status.js';
import { secrets } from '../../support/secrets/watch.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };
export type FakeUser = Writable<User>;
export type FakeChannel = Writable<Omit<Channel, 'members'>> & {
  readonly members: Map<ClientId, Writable<Member>>;
};

function nameOfEntry(entry: AccessEntry): string {
  if (entry.kind === 'mask') return entry.mask;
  return entry.kind === 'key' ? Buffer.from(entry.key.encoded).toString('hex') : '';
}

const watchName = (target: WatchTarget): string =>
  'nickname' in target ? target.nickname : Buffer.from(target.publicKey.encoded).toString('hex');
/** The key of every server. */
const serverKey = testKeyPair('k1024v1').publicKey;

/** The key of every message that a test does not give another one. */
const channelKey: ChannelKeyRef = { generation: 0 };

let counter = 0;
const nextId = (): string => (++counter).toString(16).padStart(32, '0');

/** A SILC user that is nobody's session. */
export function someone(nickname: string | undefined, fields: Partial<FakeUser> = {}): FakeUser {
  return {
    clientId: nextId() as ClientId,
    nickname,
    server: 'silc.test',
    username: 'user',
    hostname: 'host.test',
    realName: '',
    mode: 0,
    fingerprint: undefined,
    idleSeconds: 0,
    ...fields,
  };
}

/** A SILC network in memory: what the sessions of the gateway see. Nothing happens in it that a test does not say. */
export class FakeNetwork {
  readonly channels = new Map<string, FakeChannel>();
  readonly people: FakeUser[] = [];
  readonly sessions: FakeSession[] = [];
  /** Status with which JOIN of a channel is refused. */
  readonly refuse = new Map<string, number>();
  readonly passphrases = new Map<string, string>();
  /** Encoded founder keys of channels, by name. */
  readonly founderKeys = new Map<string, Uint8Array>();
  /** Invite and ban lists as sessions have edited them, by list and channel. */
  readonly lists = new Map<string, readonly AccessEntry[]>();
  /** What people answer who are asked for their attributes. */
  readonly told = new Map<ClientId, AnsweredAttributes>();
  /** Public keys that can be asked for. */
  readonly keys = new Map<ClientId, SilcPublicKey>();
  /** Connecting fails with this, or (a function) waits for it. */
  connectFailure: (() => Promise<never>) | undefined;
  connects = 0;
  /** Connecting waits for this. */
  connectGate: Promise<void> = Promise.resolve();
  /** Called with each new session before the gateway has it. */
  onConnect: (session: FakeSession) => void = () => undefined;
  serverFingerprint = 'aa'.repeat(20);
  list: ListedChannel[] = [];
  /** Sessions that are detached, by Client ID. */
  readonly detached = new Map<ClientId, FakeSession>();
  /** JOIN waits for its turn until released: it has not been sent. */
  turn: Promise<void> = Promise.resolve();
  /** JOIN waits for its answer until released. */
  gate: Promise<void> = Promise.resolve();
  /** How long QUIT takes. */
  quitGate: Promise<void> = Promise.resolve();
  #digest = 0;

  readonly host: SessionHost = { connect: (options) => this.#connect(options) };

  async #connect(options: ConnectOptions): Promise<FakeSession> {
    this.connects++;
    await this.connectGate;
    if (this.connectFailure !== undefined) return this.connectFailure();
    const isRight = await options.verifyServerKey(options.keyPair.publicKey, this.serverFingerprint);
    if (!isRight) throw new SilcError('server-key', 'wrong key');
    const session = this.#resumed(options) ?? new FakeSession(this, options);
    this.sessions.push(session);
    this.people.push(session.self);
    this.onConnect(session);
    return session;
  }

  #resumed(options: ConnectOptions): FakeSession | undefined {
    const { resume } = options;
    if (resume === undefined) return undefined;
    const kept = this.detached.get(resume.clientId);
    if (kept === undefined) {
      throw new SilcResumeError(
        new SilcDisconnectError(Status.incompleteInformation, 'Resuming not possible'),
      );
    }
    this.detached.delete(resume.clientId);
    const session = new FakeSession(this, options, kept.self);
    for (const [id, channel] of kept.channels) {
      if (channel.members.has(kept.self.clientId)) session.channels.set(id, channel);
    }
    return session;
  }

  channel(name: string, members: readonly (readonly [FakeUser, number?])[] = []): FakeChannel {
    let channel = this.channels.get(name);
    if (channel === undefined) {
      const id = nextId().slice(-16) as ChannelId;
      channel = { id, name, mode: 0, topic: undefined, userLimit: undefined, members: new Map() };
      this.channels.set(name, channel);
    }
    for (const [user, mode = 0] of members) {
      channel.members.set(user.clientId, { user, mode });
      if (!this.people.includes(user)) this.people.push(user);
    }
    return channel;
  }

  /** The newest session that is still open. */
  get session(): FakeSession {
    const session = this.sessions.filter((one) => one.state !== 'closed').at(-1);
    if (session === undefined) throw new Error('no session is open');
    return session;
  }

  message(text: string, fields: Partial<Message> = {}): Message {
    const data = new TextEncoder().encode(text);
    return { flags: 0, kind: 'text', text, data, signature: 'none', digest: this.nextDigest(), ...fields };
  }

  nextDigest(): string {
    return (++this.#digest).toString(16).padStart(64, '0');
  }

  /** Somebody says something: every session on the channel hears it, but the speaker. */
  say(channel: FakeChannel, sender: User, message: Message, key = channelKey): void {
    this.tellChannel(
      channel,
      { type: 'channel-message', channel, sender, message, protection: 'channel-key', key },
      sender.clientId,
    );
  }

  enter(channel: FakeChannel, user: FakeUser, mode = 0): void {
    const member = { user, mode };
    channel.members.set(user.clientId, member);
    if (!this.people.includes(user)) this.people.push(user);
    this.tellChannel(channel, { type: 'member-joined', channel, member }, user.clientId);
  }

  exit(
    channel: FakeChannel,
    user: User,
    cause: Extract<SessionEvent, { type: 'member-left' }>['cause'],
  ): void {
    const sessions = this.on(channel);
    channel.members.delete(user.clientId);
    if (channel.members.size === 0 && (channel.mode & ChannelMode.founderAuth) === 0) {
      this.channels.delete(channel.name);
    }
    for (const session of sessions) {
      const self = session.self.clientId === user.clientId;
      if (self) session.channels.delete(channel.id);
      if (!self || cause.kind !== 'leave') session.emit({ type: 'member-left', channel, user, cause, self });
    }
  }

  setMode(channel: FakeChannel, user: User, mode: number): void {
    const member = channel.members.get(user.clientId);
    if (member === undefined) throw new Error('not on the channel');
    const oldMode = member.mode;
    member.mode = mode;
    this.tellChannel(channel, { type: 'member-mode-changed', channel, member, oldMode, by: undefined });
  }

  /** Somebody whom no session sees changes the mode of a channel. */
  changeMode(channel: FakeChannel, mode: number, userLimit?: number): void {
    const oldMode = channel.mode;
    channel.mode = mode;
    channel.userLimit = userLimit;
    this.tellChannel(channel, { type: 'channel-mode-changed', channel, oldMode, by: undefined });
  }

  /** The server is started anew: nobody is on it, and it knows no channel. */
  restart(): void {
    for (const channel of this.channels.values()) channel.members.clear();
    this.channels.clear();
    this.passphrases.clear();
    this.founderKeys.clear();
    this.lists.clear();
    for (const session of this.sessions.filter(({ state }) => state === 'ready')) session.loseUnnoticed();
  }

  rename(user: FakeUser, nickname: string): void {
    const oldClientId = user.clientId;
    const oldNickname = user.nickname;
    const channels = [...this.channels.values()].filter(({ members }) => members.has(oldClientId));
    const witnesses = new Set(channels.flatMap((channel) => this.on(channel)));
    const own = this.sessions.find((session) => session.self === user);
    if (own !== undefined) witnesses.add(own);
    user.clientId = nextId() as ClientId;
    user.nickname = nickname;
    for (const { members } of channels) {
      const member = members.get(oldClientId);
      members.delete(oldClientId);
      if (member !== undefined) members.set(user.clientId, member);
    }
    for (const session of witnesses) {
      session.emit({ type: 'nick-changed', user, oldClientId, oldNickname, self: session.self === user });
    }
  }

  tellChannel(channel: FakeChannel, event: SessionEvent, but?: ClientId): void {
    for (const session of this.on(channel)) if (session.self.clientId !== but) session.emit(event);
  }

  on(channel: FakeChannel): FakeSession[] {
    return this.sessions.filter((session) => session.state === 'ready' && session.channels.has(channel.id));
  }
}

/** A session on the fake network; records the commands it was given. */
export class FakeSession implements ChatSession {
  state: SessionState = 'ready';
  readonly self: FakeUser;
  readonly algorithms = {
    group: 'diffie-hellman-group2',
    cipher: 'aes-256-cbc',
    hash: 'sha1',
    hmac: 'hmac-sha1-96',
  } as const;
  readonly serverPublicKey = serverKey;
  readonly channels = new Map<ChannelId, FakeChannel>();
  readonly log: string[] = [];
  readonly network: FakeNetwork;
  readonly options: ConnectOptions;
  /** Commands that are answered with an error, by name. */
  readonly refusals = new Map<string, Error>();
  autoReply: string | undefined;
  /** Since when nothing comes through any more, in either direction, and nobody has noticed. */
  #halfOpenSince: number | undefined;
  #sent = 0;
  messagesRead = 0;
  readonly #listeners = new Set<(event: SessionEvent) => void>();

  constructor(network: FakeNetwork, options: ConnectOptions, self = someone(options.nickname)) {
    this.network = network;
    this.options = options;
    this.self = self;
  }

  channelByName(name: string): FakeChannel | undefined {
    return [...this.channels.values()].find((channel) => channel.name.toLowerCase() === name);
  }

  async detach(): Promise<DetachedSession> {
    this.#command('detach');
    await this.network.quitGate;
    const { clientId, nickname = '' } = this.self;
    this.state = 'closed';
    this.network.detached.set(clientId, this);
    this.emit({ type: 'closed', error: undefined });
    const server = { id: 'c0a80001' + '02c2' + '0000', fingerprint: this.network.serverFingerprint } as never;
    const channels = [...this.channels.values()].map((channel) => ({
      ...channel,
      hmac: 'hmac-sha1-96',
      members: [...channel.members.values()].map(({ user, mode }) => ({
        clientId: user.clientId,
        nickname: user.nickname,
        mode,
      })),
    }));
    return {
      clientId,
      nickname,
      userMode: 0,
      server,
      channels,
      watches: { nicknames: [], publicKeys: [] },
      negotiatedWith: [],
    };
  }

  killDetached(user: ClientId): Promise<KillOutcome> {
    this.#command('kill', user);
    return Promise.resolve('ended');
  }

  get lastHeardAt(): number {
    return this.#halfOpenSince ?? performance.now();
  }

  subscribe(listener: (event: SessionEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  emit(event: SessionEvent): void {
    if (this.#halfOpenSince !== undefined && event.type !== 'closed') return;
    for (const listener of this.#listeners) listener(event);
  }
  /** The link breaks: the server tells the others. */
  lose(error = new SilcError('closed', 'lost')): void {
    this.#close();
    this.emit({ type: 'closed', error });
  }

  /** From now on nothing that is sent is read, and nothing comes; `lose` is when that is found out. */
  halfOpen(): void {
    this.#halfOpenSince = performance.now();
  }

  /** The server reads no more of what is sent, and goes on sending. */
  isRead = true;

  /** The process of the session is gone: the server tells the others, and nobody is there to be told. */
  vanish(): void {
    this.#listeners.clear();
    this.#close();
  }

  /** The link breaks, and the server does not notice. */
  loseUnnoticed(): void {
    this.state = 'closed';
    this.emit({ type: 'closed', error: new SilcError('closed', 'lost') });
  }

  async join(name: string, options: JoinOptions = {}): Promise<JoinResult> {
    const withdrawn = new Promise<never>((_, reject) => {
      options.signal?.addEventListener('abort', () => reject(new SilcError('timeout', 'given up')));
    });
    await Promise.race([this.network.turn, withdrawn]);
    options.onSending?.();
    secrets.text('a passphrase of a channel', options.passphrase);
    this.#command('join', name, options.passphrase);
    const answered = this.network.gate.then(() => this.#joined(name, options));
    return Promise.race([answered, withdrawn]);
  }

  #joined(name: string, options: JoinOptions): JoinResult {
    // Nobody wants it any more: the engine leaves at once, and tells nobody.
    if (options.signal?.aborted === true) {
      this.#command('leave', name);
      throw new SilcError('timeout', 'given up');
    }
    const status = this.network.refuse.get(name);
    if (status !== undefined) throw new SilcCommandError(14, status, 'refused');
    const passphrase = this.network.passphrases.get(name);
    if (passphrase !== undefined && passphrase !== options.passphrase) {
      throw new SilcCommandError(14, Status.badPassword, 'bad passphrase');
    }
    const created = !this.network.channels.has(name);
    const channel = this.network.channel(name);
    const isFounder = created || this.#proves(name, options.founder);
    const mode = isFounder ? 3 : 0;
    this.network.enter(channel, this.self, mode);
    this.channels.set(channel.id, channel);
    const entries = (list: AccessListName) => this.network.lists.get(`${list} ${name}`) ?? [];
    const lists = { ban: entries('ban'), invite: entries('invite') };
    const encoded = this.network.founderKeys.get(name);
    const founderKey = encoded && ({ encoded } as SilcPublicKey);
    const at = performance.now();
    return { channel, created, mode, lists, founderKey, sentAt: at, answeredAt: at };
  }
  #proves(name: string, founder: KeyPair | true | undefined): boolean {
    const key = this.network.founderKeys.get(name);
    const shown = founder === true ? this.options.keyPair : founder;
    return key !== undefined && shown !== undefined && Buffer.compare(key, shown.publicKey.encoded) === 0;
  }
  readonly channelControl: {
    -readonly [K in keyof ChatSession['channelControl']]: ChatSession['channelControl'][K];
  } = {
    claimFounder: async (id, keyPair = this.options.keyPair) => {
      this.#command('claim');
      const channel = this.channels.get(id);
      if (channel === undefined) throw new SilcError('usage', 'not joined');
      if (!this.#proves(channel.name, keyPair)) throw new SilcCommandError(18, Status.authFailed, 'no');
      this.network.setMode(channel, this.self, 3);
      return Promise.resolve();
    },
    settings: (id) => {
      this.#command('settings');
      const { mode = 0, userLimit } = this.channels.get(id) ?? {};
      return Promise.resolve({ mode, userLimit, founderKey: undefined, joinKeys: [] });
    },
    entries: (id, list) => {
      this.#command(`${list}s`);
      return Promise.resolve(this.network.lists.get(`${list} ${this.channels.get(id)?.name ?? ''}`) ?? []);
    },
    editEntries: async (id, list, action, entries) => {
      const name = this.channels.get(id)?.name ?? '';
      this.#command(list, action, String(entries.length));
      const before = this.network.lists.get(`${list} ${name}`) ?? [];
      const others = before.filter(
        (one) => !entries.some((entry) => nameOfEntry(entry) === nameOfEntry(one)),
      );
      const all = action === 'add' ? [...others, ...entries] : others;
      this.network.lists.set(`${list} ${name}`, all);
      return Promise.resolve(all);
    },
    setPrivateKey: (id, name) => {
      this.#command('channel-key', name);
      this.channelKeys.set(`${id} ${name}`, name);
    },
    removePrivateKey: (id, name) => this.channelKeys.delete(`${id} ${name}`),
    privateKeys: (id) =>
      [...this.channelKeys]
        .filter(([key]) => key.startsWith(`${id} `))
        .map(([, name]) => ({ name, cipher: 'aes-256-cbc', hmac: 'hmac-sha1-96', selected: true })),
  };
  readonly channelKeys = new Map<string, string>();
  readonly privateKeys = new Set<ClientId>();
  setPrivateKey(user: ClientId): Promise<void> {
    this.#command('private-key', user);
    this.privateKeys.add(user);
    return Promise.resolve();
  }
  removePrivateKey(user: ClientId): boolean {
    return this.privateKeys.delete(user);
  }
  privateKeyList(): readonly [] {
    return [];
  }
  async leave(id: ChannelId): Promise<void> {
    this.#command('leave', this.channels.get(id)?.name);
    const channel = this.channels.get(id);
    this.channels.delete(id);
    if (channel !== undefined) this.network.exit(channel, this.self, { kind: 'leave' });
    return Promise.resolve();
  }
  async say(id: ChannelId, text: string, options: MessageOptions = {}): Promise<SentMessage> {
    this.#command('say', options.kind ?? 'text', text);
    const channel = this.channels.get(id);
    if (channel === undefined) throw new SilcError('usage', 'not joined');
    const message = this.network.message(text, { kind: options.kind ?? 'text' });
    const sent = this.#handOver(message, options);
    await Promise.resolve();
    if (this.#isReading) this.network.say(channel, this.self, message);
    return sent;
  }
  async tell(to: ClientId, text: string, options: MessageOptions = {}): Promise<SentMessage> {
    this.#command('tell', this.#nameOf(to), text);
    const message = this.network.message(text, { kind: options.kind ?? 'text' });
    const sent = this.#handOver(message, options);
    const receiver = this.network.sessions.find((session) => session.self.clientId === to);
    if (this.#isReading) {
      receiver?.emit({ type: 'private-message', sender: this.self, message, protection: 'session' });
    }
    return Promise.resolve(sent);
  }
  sendFileTransfer(
    to: ClientId,
    { host, port }: { readonly host: string; readonly port: number },
  ): Promise<void> {
    this.#command('ftp', this.#nameOf(to), `${host}:${port}`);
    return Promise.resolve();
  }
  sendMime(to: MimeDestination, entity: MimeEntity, options: MimeOptions = {}): Promise<SentMessage> {
    const data = encodeMime(entity);
    const where = 'channel' in to ? 'channel' : this.#nameOf(to.user);
    this.#command('mime', where, mimeContentType(entity).type, String(data.length));
    const fields = { kind: 'mime', text: undefined, data, mime: entity } as const;
    const message = this.network.message('', fields);
    const sent = this.#handOver(message, options);
    if (this.#isReading && 'channel' in to) {
      const channel = this.channels.get(to.channel);
      if (channel === undefined) throw new SilcError('usage', 'not joined');
      this.network.say(channel, this.self, message);
    } else if (this.#isReading && 'user' in to) {
      const receiver = this.network.sessions.find((session) => session.self.clientId === to.user);
      receiver?.emit({ type: 'private-message', sender: this.self, message, protection: 'session' });
    }
    return Promise.resolve(sent);
  }
  #nameOf(id: ClientId): string | undefined {
    return this.network.people.find((user) => user.clientId === id)?.nickname;
  }
  get #isReading(): boolean {
    return this.isRead && this.#halfOpenSince === undefined;
  }
  #handOver({ digest }: Message, { onSending }: Pick<MessageOptions, 'onSending'>): SentMessage {
    const sent = { digest, number: ++this.#sent };
    if (this.#isReading) this.messagesRead = this.#sent;
    onSending?.(sent);
    return sent;
  }
  /** Keys of messages that this session cannot read. */
  readonly missingKeys = new Set<ChannelKeyRef>();
  isReadPaused = false;
  /** Told when it may read again: what has waited comes at once. */
  onReadAgain: () => void = () => undefined;
  setReadPaused(paused: boolean): void {
    this.isReadPaused = paused;
    if (!paused) this.onReadAgain();
  }
  leads(): boolean {
    return true;
  }
  holdsKey(_: ChannelId, key: ChannelKeyRef): boolean {
    return !this.missingKeys.has(key);
  }
  /** Under which key each session would send to a channel with private keys. */
  privateKeyRef: ChannelKeyRef | undefined;
  sendingPrivateKey(): ChannelKeyRef | undefined {
    return this.privateKeyRef;
  }
  async nick(nickname: string): Promise<void> {
    this.#command('nick', nickname);
    this.network.rename(this.self, nickname);
    return Promise.resolve();
  }
  setAutoReply(text: string | undefined): void {
    this.autoReply = text;
  }

  async setTopic(id: ChannelId, topic: string): Promise<void> {
    this.#command('topic', topic);
    const channel = this.channels.get(id);
    if (channel === undefined) throw new SilcError('usage', 'not joined');
    channel.topic = topic;
    this.network.tellChannel(channel, { type: 'topic-changed', channel, topic, by: this.self });
    return Promise.resolve();
  }
  async invite(_: ChannelId, user: ClientId): Promise<void> {
    this.#command('invite', this.network.people.find(({ clientId }) => clientId === user)?.nickname);
    return Promise.resolve();
  }
  async kick(id: ChannelId, user: ClientId, comment?: string): Promise<void> {
    const channel = this.channels.get(id);
    const victim = channel?.members.get(user)?.user;
    this.#command('kick', victim?.nickname, comment);
    if (channel !== undefined && victim !== undefined) {
      this.network.exit(channel, victim, { kind: 'kicked', comment, by: this.self });
    }
    return Promise.resolve();
  }
  async setChannelMode(id: ChannelId, { founderKey, ...change }: ChannelModeChange): Promise<void> {
    this.#command('cmode', JSON.stringify(change));
    const channel = this.channels.get(id);
    if (channel === undefined) throw new SilcError('usage', 'not joined');
    const oldMode = channel.mode;
    channel.mode = (oldMode | (change.set ?? 0)) & ~(change.clear ?? 0);
    channel.userLimit = change.userLimit ?? channel.userLimit;
    const { passphrases, founderKeys } = this.network;
    secrets.text('a passphrase of a channel', change.passphrase);
    if (change.passphrase !== undefined) passphrases.set(channel.name, change.passphrase);
    if ((channel.mode & ChannelMode.passphrase) === 0) passphrases.delete(channel.name);
    if (founderKey !== undefined) founderKeys.set(channel.name, founderKey.publicKey.encoded);
    this.network.tellChannel(channel, { type: 'channel-mode-changed', channel, oldMode, by: this.self });
    return Promise.resolve();
  }
  async setUserMode({ set = 0, clear = 0 }: { set?: number; clear?: number }): Promise<void> {
    this.#command('umode', JSON.stringify({ set, clear }));
    this.self.mode = ((this.self.mode ?? 0) | set) & ~clear;
    return Promise.resolve();
  }
  async setMemberMode(
    id: ChannelId,
    user: ClientId,
    change: { set?: number; clear?: number },
  ): Promise<void> {
    this.#command('cumode', JSON.stringify(change));
    const channel = this.channels.get(id);
    const member = channel?.members.get(user);
    if (channel === undefined || member === undefined) throw new SilcError('usage', 'not there');
    const mode = (member.mode | (change.set ?? 0)) & ~(change.clear ?? 0);
    this.network.setMode(channel, member.user, mode);
    return Promise.resolve();
  }
  /** Whom it watches. A test says what happens to them. */
  readonly watched = new Set<string>();
  watch(target: WatchTarget): Promise<void> {
    this.#command('watch', watchName(target));
    this.watched.add(watchName(target));
    return Promise.resolve();
  }
  unwatch(target: WatchTarget | string): Promise<void> {
    const name = typeof target === 'string' ? target : watchName(target);
    this.#command('unwatch', name);
    this.watched.delete(name);
    return Promise.resolve();
  }
  attributes: readonly UserAttribute[] | undefined;
  setAttributes(attributes: readonly UserAttribute[] | undefined): void {
    this.attributes = attributes;
  }
  whois(nickname: string): Promise<readonly WhoisResult[]> {
    this.log.push(`whois ${nickname}`);
    const users = this.network.people.filter((user) => user.nickname?.toLowerCase() === nickname);
    return Promise.resolve(users.map((user) => ({ user, channels: [] })));
  }
  whoisById(id: ClientId, options: WhoisByIdOptions = {}): Promise<WhoisResult | undefined> {
    const user = this.network.people.find(({ clientId }) => clientId === id);
    if (options.attributes !== undefined) this.log.push(`attributes ${user?.nickname ?? ''}`);
    const attributes = options.attributes === undefined ? undefined : this.network.told.get(id);
    const told = attributes === undefined ? {} : { attributes };
    return Promise.resolve(user === undefined ? undefined : { user, channels: [], ...told });
  }
  getKey(id: ClientId): Promise<SilcPublicKey | undefined> {
    return Promise.resolve(this.network.keys.get(id));
  }
  list(): Promise<readonly ListedChannel[]> {
    this.log.push('list');
    return Promise.resolve(this.network.list);
  }
  async quit(message?: string): Promise<void> {
    if (this.state === 'closed') return;
    this.log.push(message === undefined ? 'quit' : `quit ${message}`);
    await this.network.quitGate;
    this.#close();
    this.emit({ type: 'closed', error: undefined });
  }
  #close(): void {
    this.state = 'closed';
    this.network.people.splice(this.network.people.indexOf(this.self), 1);
    for (const channel of [...this.channels.values()]) {
      this.channels.delete(channel.id);
      this.network.exit(channel, this.self, { kind: 'signoff', message: undefined });
    }
  }

  #command(name: string, ...args: readonly (string | undefined)[]): void {
    if (this.state === 'closed') throw new SilcError('closed', 'the session is closed');
    const refusal = this.refusals.get(name);
    if (refusal !== undefined) throw refusal;
    this.log.push([name, ...args].filter((arg) => arg !== undefined).join(' '));
  }
}
