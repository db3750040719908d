import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerLimit } from '../../../src/silc/client/messages/answer-limit.js';
import { ChannelKeys } from '../../../src/silc/client/channels/channel-keys.js';
import { CommandQueue } from '../../../src/silc/client/requests/command-queue.js';
import type { SessionContext } from '../../../src/silc/client/context.js';
import { applyNotify, receiveNotify } from '../../../src/silc/client/notifies.js';
import { ChannelRecord } from '../../../src/silc/client/channel-record.js';
import { NetworkState } from '../../../src/silc/client/network-state.js';
import { Resolver } from '../../../src/silc/client/people/resolver.js';
import type { SessionEvent } from '../../../src/silc/client/types.js';
import type { SilcConnection } from '../../../src/silc/connection.js';
import { nodeBackend } from '../../../src/silc/crypto/backend-node.js';
import { SilcError } from '../../../src/silc/errors.js';
import { channelId, clientId, NO_ID } from '../../../src/silc/ids.js';
import type { ChannelId, ClientId, ServerId, TypedId } from '../../../src/silc/ids.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { encodeNotify, notifyPayload } from '../../../src/silc/packets/notify.js';
import { testKeyPair } from '../../support/keys.js';
import type { Notify } from '../../../src/silc/packets/notify.js';

const SELF = 0;
const idOf = (person: number, generation: number) =>
  `7f0000${person < 4 ? '01' : '02'}${(person * 1_000 + generation).toString(16).padStart(24, '0')}` as ClientId;
const channelOf = (n: number) => `7f000001000000${n.toString(16).padStart(2, '0')}` as ChannelId;
const OTHER_SERVER = '7f000002000000ff' as ServerId;

function world(channels: number) {
  const network = new NetworkState(idOf(SELF, 0));
  const events: SessionEvent[] = [];
  const resyncs: ChannelRecord[] = [];
  const queue = new CommandQueue({ send: () => undefined });
  const context: SessionContext = {
    get connection(): SilcConnection {
      throw new Error('the network state sends nothing');
    },
    backend: nodeBackend,
    serverId: '7f000001000000ff' as ServerId,
    network,
    queue,
    watchdog: { sentMessage: () => 1, answered: () => undefined },
    resolver: new Resolver({ queue, users: network.users, onResolved: () => undefined }),
    presence: {
      watchNotify: () => undefined,
      serverGone: () => undefined,
      asked: () => undefined,
      watched: () => ({ nicknames: [], publicKeys: [] }),
      restore: () => Promise.resolve(),
    },
    autoReply: { consider: () => undefined },
    signatures: { check: () => 'none' },
    acknowledgements: { answer: () => undefined, receive: () => undefined, expect: () => undefined },
    answerLimit: new AnswerLimit(),
    channelControl: { count: () => undefined },
    mime: { take: () => undefined },
    multimedia: { event: () => undefined },
    sendMime: () => Promise.resolve({ digest: '', number: 1 }),
    keyPair: testKeyPair('k1024v1'),
    privateKeys: {
      open: () => undefined,
      pass: (_receiver, task) => task(),
      receiveOffer: () => undefined,
      protect: () => ({ payload: new Uint8Array(0), flags: 0 }),
      lost: () => undefined,
      forget: () => undefined,
      negotiatedWith: () => [],
      renegotiate: () => undefined,
    },
    post: (_lanes, event) => void events.push(typeof event === 'function' ? event() : event),
    hold: () => undefined,
    release: () => undefined,
    resync: (channel) => void resyncs.push(channel),
    changeSelf: () => undefined,
    nickPending: false,
    rememberOwnNick: () => undefined,
    explainEnd: () => undefined,
  };
  for (let n = 0; n < channels; n++) {
    const keys = new ChannelKeys(nodeBackend, undefined);
    const channel = new ChannelRecord({
      id: channelOf(n),
      name: `c${n}`,
      mode: 0,
      topic: undefined,
      userLimit: undefined,
      keys,
    });
    network.addChannel(channel);
    network.setMember(channel, network.self, 3);
  }
  const close = () => {
    queue.close(new SilcError('closed', 'end'));
    network.close();
  };
  return { network, context, events, resyncs, close };
}

type Step =
  | { readonly kind: 'join' | 'leave' | 'signoff' | 'kick'; readonly who: number; readonly channel: number }
  | { readonly kind: 'mode'; readonly who: number; readonly channel: number; readonly mode: number }
  | { readonly kind: 'topic' | 'cmode'; readonly channel: number; readonly value: number }
  | { readonly kind: 'nick' | 'kill'; readonly who: number }
  | { readonly kind: 'netsplit' };

const person = fc.integer({ min: 1, max: 7 });
const channelIndex = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'join' as const,
        'join' as const,
        'leave' as const,
        'signoff' as const,
        'kick' as const,
      ),
      who: person,
      channel: channelIndex,
    }),
  },
  fc.record({
    kind: fc.constant('mode' as const),
    who: person,
    channel: channelIndex,
    mode: fc.nat({ max: 63 }),
  }),
  fc.record({
    kind: fc.constantFrom('topic' as const, 'cmode' as const),
    channel: channelIndex,
    value: fc.nat({ max: 99 }),
  }),
  fc.record({ kind: fc.constantFrom('nick' as const, 'kill' as const), who: person }),
  fc.constant<Step>({ kind: 'netsplit' }),
);

/** What a reader of the drafts would keep: who is where, in plain maps. */
class Model {
  readonly generation = new Map<number, number>();
  readonly members = [new Map<number, number>(), new Map<number, number>(), new Map<number, number>()];
  readonly topics: (string | undefined)[] = [undefined, undefined, undefined];
  readonly modes = [0, 0, 0];

  id(who: number): ClientId {
    return idOf(who, this.generation.get(who) ?? 0);
  }

  on(channel: number): Map<number, number> {
    return this.members[channel]!;
  }

  /** The notifies that a server would send for it; none where it makes no sense. */
  apply(one: Step): readonly [Notify, TypedId][] {
    const by = clientId(idOf(SELF, 0));
    switch (one.kind) {
      case 'join': {
        if (this.on(one.channel).has(one.who)) return [];
        this.on(one.channel).set(one.who, 0);
        const id = channelOf(one.channel);
        return [[{ type: 'join', clientId: this.id(one.who), channelId: id }, channelId(id)]];
      }
      case 'leave':
      case 'signoff':
      case 'kick': {
        if (!this.on(one.channel).delete(one.who)) return [];
        const id = this.id(one.who);
        const notify: Notify =
          one.kind === 'kick' ? { type: 'kicked', clientId: id, by } : { type: one.kind, clientId: id };
        return [[notify, channelId(channelOf(one.channel))]];
      }
      case 'mode': {
        if (!this.on(one.channel).has(one.who)) return [];
        this.on(one.channel).set(one.who, one.mode);
        const notify: Notify = { type: 'cumode-change', by, mode: one.mode, target: this.id(one.who) };
        return [[notify, channelId(channelOf(one.channel))]];
      }
      case 'topic':
        this.topics[one.channel] = `topic ${one.value}`;
        return [[{ type: 'topic-set', by, topic: `topic ${one.value}` }, channelId(channelOf(one.channel))]];
      case 'cmode':
        this.modes[one.channel] = one.value;
        return [[{ type: 'cmode-change', by, mode: one.value }, channelId(channelOf(one.channel))]];
      case 'nick': {
        const oldId = this.id(one.who);
        this.generation.set(one.who, (this.generation.get(one.who) ?? 0) + 1);
        const newId = this.id(one.who);
        return [[{ type: 'nick-change', oldId, newId, nickname: `n${one.who}` }, by]];
      }
      case 'kill': {
        for (const members of this.members) members.delete(one.who);
        return [[{ type: 'killed', clientId: this.id(one.who), by }, by]];
      }
      case 'netsplit': {
        const gone = [4, 5, 6, 7].filter((who) => this.members.some((members) => members.has(who)));
        const clientIds = gone.map((who) => this.id(who));
        for (const members of this.members) for (const who of gone) members.delete(who);
        return [[{ type: 'server-signoff', serverId: OTHER_SERVER, clientIds }, by]];
      }
    }
  }
}

function compare(network: NetworkState, model: Model): void {
  for (let n = 0; n < 3; n++) {
    const channel = network.channel(channelOf(n))!;
    const expected = new Map<ClientId, number>([[idOf(SELF, 0), 3]]);
    for (const [who, mode] of model.on(n)) expected.set(model.id(who), mode);
    expect(new Map([...channel.members].map(([id, { mode }]) => [id, mode]))).toEqual(expected);
    for (const [id, { user }] of channel.members) {
      expect(user.clientId).toBe(id);
      expect(network.users.exact(id)).toBe(user);
    }
    expect(channel.topic).toBe(model.topics[n]);
    expect(channel.mode).toBe(model.modes[n]);
  }
}

describe('the network state', () => {
  it('is what a simple model says after any sequence of notifies', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { network, context, close } = world(3);
        const model = new Model();
        for (const one of steps) {
          for (const [notify, destination] of model.apply(one)) applyNotify(context, notify, destination);
          compare(network, model);
        }
        close();
      }),
    );
  });

  it('gives one event for each change of membership', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { network, context, events, close } = world(3);
        const model = new Model();
        for (const one of steps) {
          for (const [notify, destination] of model.apply(one)) applyNotify(context, notify, destination);
        }
        const joined = events.filter(({ type }) => type === 'member-joined').length;
        const left = events.filter(({ type }) => type === 'member-left').length;
        const others = [...network.channels.values()].reduce((sum, { members }) => sum + members.size - 1, 0);
        expect(joined - left).toBe(others);
        close();
      }),
    );
  });

  it('takes notifies that make no sense, in any order, and stays consistent', () => {
    const ids = fc.record({ who: fc.integer({ min: 0, max: 5 }), generation: fc.nat({ max: 3 }) });
    const anyClient = ids.map(({ who, generation }) => idOf(who, generation));
    const anyChannel = fc.integer({ min: 0, max: 4 }).map(channelOf);
    const by = fc.constant<TypedId>(NO_ID);
    const notify: fc.Arbitrary<Notify> = fc.oneof(
      fc.record({ type: fc.constant('join' as const), clientId: anyClient, channelId: anyChannel }),
      fc.record({
        type: fc.constantFrom('leave' as const, 'signoff' as const, 'killed' as const),
        clientId: anyClient,
      }),
      fc.record({ type: fc.constant('kicked' as const), clientId: anyClient }),
      fc.record({ type: fc.constant('nick-change' as const), oldId: anyClient, newId: anyClient }),
      fc.record({ type: fc.constant('channel-change' as const), oldId: anyChannel, newId: anyChannel }),
      fc.record({ type: fc.constant('cumode-change' as const), by, mode: fc.nat(), target: anyClient }),
      fc.record({
        type: fc.constant('server-signoff' as const),
        serverId: fc.constant(OTHER_SERVER),
        clientIds: fc.array(anyClient, { maxLength: 4 }),
      }),
    );
    const destination = fc.oneof(anyChannel.map(channelId), fc.constant(NO_ID));
    fc.assert(
      fc.property(fc.array(fc.tuple(notify, destination), { maxLength: 80 }), (notifies) => {
        const { network, context, close } = world(3);
        for (const [one, where] of notifies) applyNotify(context, one, where);
        expect(network.users.exact(network.self.clientId)).toBe(network.self);
        const references = new Map<unknown, number>();
        for (const channel of network.channels.values()) {
          for (const [id, { user }] of channel.members) {
            expect(user.clientId).toBe(id);
            expect(network.users.exact(id)).toBe(user);
            references.set(user, (references.get(user) ?? 0) + 1);
          }
        }
        close();
        context.resolver.close();
        references.set(network.self, (references.get(network.self) ?? 0) + 1);
        for (const user of network.users.values()) expect(user.references).toBe(references.get(user) ?? 0);
      }),
    );
  });

  it('drops the clients of a server whose list is cut, by their address', () => {
    const { network, context, resyncs, close } = world(1);
    const model = new Model();
    for (const who of [1, 4, 5]) {
      for (const [notify, where] of model.apply({ kind: 'join', who, channel: 0 })) {
        applyNotify(context, notify, where);
      }
    }
    const clientIds = Array.from({ length: 300 }, (_, n) => idOf(5, n));
    const whole = encodePayload(
      notifyPayload,
      encodeNotify({ type: 'server-signoff', serverId: OTHER_SERVER, clientIds }),
    );
    receiveNotify(context, whole.subarray(0, whole.length - 7), NO_ID);
    expect([...network.channel(channelOf(0))!.members.keys()]).toEqual([idOf(SELF, 0), idOf(1, 0)]);
    expect(resyncs).toHaveLength(1);
    close();
  });

  it('takes a SERVER_SIGNOFF with more clients than its counter can count', () => {
    const { network, context, close } = world(1);
    const model = new Model();
    for (const [notify, where] of model.apply({ kind: 'join', who: 5, channel: 0 })) {
      applyNotify(context, notify, where);
    }
    const clientIds = Array.from({ length: 300 }, (_, n) => idOf(5, 299 - n));
    const payload = encodePayload(
      notifyPayload,
      encodeNotify({ type: 'server-signoff', serverId: OTHER_SERVER, clientIds }),
    );
    receiveNotify(context, payload, NO_ID);
    expect(network.channel(channelOf(0))!.members.size).toBe(1);
    close();
  });

  it('finds a channel under its old ID after a network join', () => {
    const { network, context, events, close } = world(1);
    applyNotify(context, { type: 'channel-change', oldId: channelOf(0), newId: channelOf(9) }, NO_ID);
    const channel = network.channel(channelOf(9));
    expect(channel?.name).toBe('c0');
    expect(network.channel(channelOf(0))).toBe(channel);
    expect(events).toEqual([{ type: 'channel-id-changed', channel, oldId: channelOf(0) }]);
    close();
  });
});
