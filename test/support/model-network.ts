import { commands, encodeErrorReply, encodeReply } from '../../src/silc/commands/index.js';
import type { CommandMessage } from '../../src/silc/commands/index.js';
import { clientId, serverId, type ChannelId, type ClientId, type ServerId } from '../../src/silc/ids.js';
import { ChannelMode } from '../../src/silc/modes.js';
import { channelKeyPayload } from '../../src/silc/packets/channel-key.js';
import { encodePayload } from '../../src/silc/packets/codec.js';
import { encodeNotify, notifyPayload, type Notify } from '../../src/silc/packets/notify.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { Status } from '../../src/silc/status.js';
import { channelNumber, idOf, keyOf, type ScriptedServer } from './scripted-server.js';

export const OTHER_SERVER = '7f000002000000ff' as ServerId;
export const CHANNELS = 3;
/** People 1 to 3 are on the session's own server, the others on another one. */
export const PEOPLE = 6;
/** The session's own person. */
export const SELF = 0;

interface ModelChannel {
  readonly name: string;
  readonly members: Map<number, number>;
  readonly formerIds: Set<ChannelId>;
  id: ChannelId;
  mode: number;
  topic: string | undefined;
  userLimit: number | undefined;
}

const BY_SERVER = serverId('7f000001452e00ff' as ServerId);

/** A WHOIS that is answered later, with what was true when it came. */
type Held = readonly CommandMessage[];

/**
 * What a reader of the drafts would keep of a network with a few people and channels: plain maps. It plays the server of
 * one session, with every packet in the order of silcd, and knows nothing of how a session works.
 */
export class ModelNetwork {
  readonly channels: readonly ModelChannel[];
  readonly #server: ScriptedServer;
  readonly #generation = new Map<number, number>();
  #ownNickname = 'me';
  #held: Held[] = [];
  holdsWhois = false;
  #serial = 0;

  constructor(server: ScriptedServer) {
    this.#server = server;
    this.channels = Array.from({ length: CHANNELS }, (_, n) => ({
      name: `channel${n}`,
      members: new Map<number, number>(),
      formerIds: new Set<ChannelId>(),
      id: channelNumber(n),
      mode: 0,
      topic: undefined,
      userLimit: undefined,
    }));
    this.#answerCommands();
  }

  id(who: number): ClientId {
    if (who === SELF) return idOf(this.#ownNickname);
    const server = who <= 3 ? '7f000001' : '7f000002';
    const generation = this.#generation.get(who) ?? 0;
    return `${server}${who.toString(16).padStart(2, '0')}${generation.toString(16).padStart(22, '0')}` as ClientId;
  }

  nickname(who: number): string {
    return who === SELF ? this.#ownNickname : `p${who}g${this.#generation.get(who) ?? 0}`;
  }

  channel(n: number): ModelChannel {
    const channel = this.channels[n];
    if (channel === undefined) throw new Error('no such channel of the model');
    return channel;
  }

  /** Channels that the session is on. */
  get joined(): readonly ModelChannel[] {
    return this.channels.filter(({ members }) => members.has(SELF));
  }

  join(n: number, who: number): void {
    const channel = this.channel(n);
    if (who === SELF || channel.members.has(who)) return;
    channel.members.set(who, 0);
    this.#newKey(channel);
    this.#tell(channel, { type: 'join', clientId: this.id(who), channelId: channel.id });
  }

  leave(n: number, who: number, how: 'leave' | 'signoff' | 'kicked'): void {
    const channel = this.channel(n);
    if (!channel.members.has(who) || (who === SELF && how !== 'kicked')) return;
    const clientId = this.id(who);
    if (how === 'signoff') {
      for (const one of this.channels) if (one.members.has(who)) this.#tell(one, { type: how, clientId });
      for (const one of this.channels) one.members.delete(who);
      this.#reborn(who);
      return;
    }
    this.#tell(channel, how === 'leave' ? { type: how, clientId } : { type: how, clientId, by: BY_SERVER });
    channel.members.delete(who);
    this.#newKey(channel);
  }

  kill(who: number): void {
    if (who === SELF) return;
    if (this.#isSeen(who)) this.#notify({ type: 'killed', clientId: this.id(who), by: BY_SERVER });
    for (const { members } of this.channels) members.delete(who);
    this.#reborn(who);
  }

  /** The other server is gone: told in full, or cut as silcd does with very long lists. */
  netsplit(cut: boolean): void {
    const gone = Array.from({ length: PEOPLE }, (_, n) => n + 1).filter((who) => who > 3);
    const seen = gone.filter((who) => this.#isSeen(who));
    const notify: Notify = {
      type: 'server-signoff',
      serverId: OTHER_SERVER,
      clientIds: seen.map((who) => this.id(who)),
    };
    const whole = encodePayload(notifyPayload, encodeNotify(notify));
    for (const who of gone) {
      for (const { members } of this.channels) members.delete(who);
      this.#reborn(who);
    }
    if (seen.length === 0) return;
    void this.#server.send(PacketType.notify, cut ? whole.subarray(0, whole.length - 3) : whole);
  }

  nick(who: number): void {
    if (who === SELF) return;
    const [seen, oldId] = [this.#isSeen(who), this.id(who)];
    this.#reborn(who);
    if (seen) {
      this.#notify({ type: 'nick-change', oldId, newId: this.id(who), nickname: this.nickname(who) });
    }
  }

  memberMode(n: number, who: number, mode: number): void {
    const channel = this.channel(n);
    if (!channel.members.has(who)) return;
    channel.members.set(who, mode);
    this.#tell(channel, { type: 'cumode-change', by: BY_SERVER, mode, target: this.id(who) });
  }

  channelMode(n: number, mode: number, limit: number): void {
    const channel = this.channel(n);
    channel.mode = mode;
    channel.userLimit = (mode & ChannelMode.userLimit) === 0 ? undefined : limit;
    this.#tell(channel, { type: 'cmode-change', by: BY_SERVER, mode, userLimit: channel.userLimit });
  }

  topic(n: number, topic: string): void {
    const channel = this.channel(n);
    channel.topic = topic;
    this.#tell(channel, { type: 'topic-set', by: BY_SERVER, topic });
  }

  /** A network join. */
  renumber(n: number): void {
    const channel = this.channel(n);
    const newId = channelNumber(100 + ++this.#serial);
    if (channel.members.has(SELF)) {
      this.#notify({ type: 'channel-change', oldId: channel.id, newId });
    }
    channel.formerIds.add(channel.id);
    channel.id = newId;
    this.#newKey(channel);
  }

  /** A key that cannot be used, or is none. */
  badKey(n: number, kind: 'cipher' | 'garbage'): void {
    const channel = this.channel(n);
    if (!channel.members.has(SELF)) return;
    const payload = { channelId: channel.id, cipher: 'serpent-256-cbc', key: keyOf(9) };
    const octets = kind === 'garbage' ? Uint8Array.of(1, 2, 3) : encodePayload(channelKeyPayload, payload);
    void this.#server.send(PacketType.channelKey, octets);
  }

  /** A message, also of somebody who is not there: USERS will say so. */
  speak(n: number, who: number, key: number): void {
    const channel = this.channel(n);
    if (who === SELF || !channel.members.has(SELF)) return;
    void this.#server.channelMessage(channel.id, this.id(who), key, 'words');
  }

  whisper(who: number): void {
    if (who !== SELF) void this.#server.privateMessage(this.id(who), 'words');
  }

  /** What is told and changes nothing. */
  chatter(n: number, who: number): void {
    const { id, name } = this.channel(n);
    const person = this.id(who);
    this.#notify({ type: 'none', text: 'welcome' });
    this.#notify({ type: 'motd', text: 'motd' });
    this.#notify({ type: 'invite', channelId: id, channelName: name, inviter: person });
    this.#notify({ type: 'umode-change', clientId: person, mode: 4 });
    this.#notify({ type: 'watch', clientId: person, nickname: this.nickname(who), mode: 4 });
    this.#notify({ type: 'error', status: Status.noSuchClientId, id: clientId(person) });
    this.#notify({ type: 'ban', channelId: id });
    this.#notify({ type: 'unknown', number: 99, args: [] });
  }

  /** Answers the WHOIS that wait. */
  answerWhois(): void {
    for (const replies of this.#held.splice(0)) for (const reply of replies) void this.#server.reply(reply);
  }

  /** Somebody who is gone comes back as somebody else. */
  #reborn(who: number): void {
    this.#generation.set(who, (this.#generation.get(who) ?? 0) + 1);
  }

  #isSeen(who: number): boolean {
    return this.joined.some(({ members }) => members.has(who));
  }

  #notify(notify: Notify): void {
    void this.#server.notify(notify);
  }

  #tell(channel: ModelChannel, notify: Notify): void {
    if (channel.members.has(SELF)) void this.#server.tellChannel(channel.id, notify);
  }

  #newKey(channel: ModelChannel): void {
    if (channel.members.has(SELF)) void this.#server.channelKey(channel.id, 1);
  }

  #named(id: ChannelId): ModelChannel | undefined {
    return this.channels.find((channel) => channel.id === id || channel.formerIds.has(id));
  }

  /** The channel of an own command; undefined when the session is not on it. */
  #own(id: ChannelId): ModelChannel | undefined {
    const channel = this.#named(id);
    return channel?.members.has(SELF) === true ? channel : undefined;
  }

  #who(id: ClientId): number | undefined {
    return Array.from({ length: PEOPLE + 1 }, (_, who) => who).find((who) => this.id(who) === id);
  }

  #answerCommands(): void {
    const server = this.#server;
    const refused = ({ command, ident }: CommandMessage, status: number): CommandMessage[] => [
      encodeErrorReply(command, ident, status),
    ];
    server.on(commands.join, ({ name }, message) => {
      const n = this.channels.findIndex((channel) => channel.name === name);
      const channel = this.channel(n);
      if (channel.members.has(SELF)) return refused(message, Status.userOnChannel);
      const others = [...channel.members];
      channel.members.set(SELF, 3);
      const { id, mode, topic, userLimit } = channel;
      const reply = server.joinReply(n, [], {
        ...{ channelId: id, mode, topic, userLimit },
        members: [this.id(SELF), ...others.map(([who]) => this.id(who))],
        memberModes: [3, ...others.map(([, one]) => one)],
        channelKey: encodePayload(channelKeyPayload, { channelId: id, cipher: 'aes-256-cbc', key: keyOf(1) }),
      });
      void server.reply(encodeReply(commands.join, message.ident, reply));
      void server.tellChannel(id, { type: 'join', clientId: this.id(SELF), channelId: id });
      return [];
    });
    server.on(commands.leave, (request, message) => {
      const channel = this.#own(request.channelId);
      if (channel === undefined) return refused(message, Status.notOnChannel);
      channel.members.delete(SELF);
      return [encodeReply(commands.leave, message.ident, { channelId: channel.id })];
    });
    server.on(commands.nick, ({ nickname }, { ident }) => {
      const oldId = this.id(SELF);
      this.#ownNickname = nickname;
      const newId = this.id(SELF);
      void server.notify({ type: 'nick-change', oldId, newId, nickname });
      void server.reply(encodeReply(commands.nick, ident, { clientId: newId, nickname }));
      server.moveClient(newId);
      return [];
    });
    server.on(commands.topic, (request, message) => {
      const channel = this.#own(request.channelId);
      if (channel === undefined) return refused(message, Status.notOnChannel);
      this.topic(this.channels.indexOf(channel), request.topic ?? '');
      return [encodeReply(commands.topic, message.ident, { channelId: channel.id, topic: channel.topic })];
    });
    server.on(commands.cmode, ({ channelId: id, mode, userLimit }, message) => {
      const channel = this.#own(id);
      if (channel === undefined) return refused(message, Status.notOnChannel);
      if (mode !== undefined) {
        channel.mode = mode;
        const limited = (mode & ChannelMode.userLimit) !== 0;
        channel.userLimit = limited ? (userLimit ?? channel.userLimit) : undefined;
        const by = clientId(this.id(SELF));
        this.#tell(channel, { type: 'cmode-change', by, mode, userLimit: channel.userLimit });
      }
      return [encodeReply(commands.cmode, message.ident, { channelId: channel.id, mode: channel.mode })];
    });
    server.on(commands.cumode, (request, message) => {
      const channel = this.#own(request.channelId);
      const who = this.#who(request.clientId);
      if (channel === undefined) return refused(message, Status.notOnChannel);
      if (who === undefined || !channel.members.has(who)) return refused(message, Status.userNotOnChannel);
      channel.members.set(who, request.mode);
      const by = clientId(this.id(SELF));
      this.#tell(channel, { type: 'cumode-change', by, mode: request.mode, target: request.clientId });
      return [encodeReply(commands.cumode, message.ident, { ...request, channelId: channel.id })];
    });
    server.on(commands.kick, (request, message) => {
      const channel = this.#own(request.channelId);
      const who = this.#who(request.clientId);
      if (channel === undefined) return refused(message, Status.notOnChannel);
      if (who === undefined || !channel.members.has(who)) return refused(message, Status.userNotOnChannel);
      this.leave(this.channels.indexOf(channel), who, 'kicked');
      return [encodeReply(commands.kick, message.ident, { ...request, channelId: channel.id })];
    });
    server.on(commands.users, (request, message) => {
      const channel = request.channelId === undefined ? undefined : this.#own(request.channelId);
      if (channel === undefined) return refused(message, Status.notOnChannel);
      const members = [...channel.members.keys()].map((who) => this.id(who));
      const memberModes = [...channel.members.values()];
      return [encodeReply(commands.users, message.ident, { channelId: channel.id, members, memberModes })];
    });
    server.on(commands.whois, ({ ids = [] }, { ident }) => {
      const found = ids.map((id) => this.#who(id));
      const replies = found.map((who, i) => {
        if (who === undefined) return encodeErrorReply(commands.whois.number, ident, Status.timedOut);
        const place =
          found.length === 1 ? 'single' : i === 0 ? 'start' : i + 1 < found.length ? 'item' : 'end';
        const reply = {
          clientId: this.id(who),
          nickname: `${this.nickname(who)}@s`,
          user: 'u@h',
          realName: 'r',
        };
        return encodeReply(commands.whois, ident, reply, place);
      });
      // As a standalone silcd: one that is unknown spoils the whole answer.
      const unknown = found.indexOf(undefined);
      this.#held.push(unknown < 0 ? replies : replies.slice(unknown, unknown + 1));
      if (!this.holdsWhois) this.answerWhois();
      return [];
    });
  }
}
