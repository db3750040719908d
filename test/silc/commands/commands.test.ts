import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  argumentCountStatus,
  commandByNumber,
  commands,
  decodeReply,
  decodeRequest,
  decodeStatus,
  encodeErrorReply,
  encodeReply,
  encodeRequest,
  errorObjects,
  maskEntry,
  maskOfEntry,
  splitNickname,
  splitUser,
} from '../../../src/silc/commands/index.js';
import type { Command } from '../../../src/silc/commands/index.js';
import { utf8 } from '../../../src/silc/bytes.js';
import { SilcError } from '../../../src/silc/errors.js';
import { encodeIdPayload, parseId } from '../../../src/silc/ids.js';
import type { ChannelId, ClientId, ServerId, TypedId } from '../../../src/silc/ids.js';
import { decodePayload, encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';

const octets = (min: number, max: number) => fc.uint8Array({ minLength: min, maxLength: max });
const someId = (type: 1 | 2 | 3, lengths: readonly number[]): fc.Arbitrary<TypedId> =>
  fc
    .constantFrom(...lengths)
    .chain((length) => octets(length, length))
    .map((raw) => parseId(type, raw));
const serverId = someId(1, [8, 20]).map((id) => (id as { id: ServerId }).id);
const clientId = someId(2, [16, 28]).map((id) => (id as { id: ClientId }).id);
const channelId = someId(3, [8, 20]).map((id) => (id as { id: ChannelId }).id);
const anyId = fc.oneof(someId(1, [8, 20]), someId(2, [16, 28]), someId(3, [8, 20]));
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const u32 = fc.nat({ max: 0xffffffff });
const blob = octets(1, 60);
const entries = fc.array(fc.record({ type: fc.nat({ max: 3 }), data: octets(0, 30) }), { maxLength: 6 });
const channels = fc.array(fc.record({ name: text, channelId, mode: u32 }), {
  minLength: 1,
  maxLength: 5,
});
const modes = fc.array(u32, { minLength: 1, maxLength: 5 });
const clientIds = fc.array(clientId, { maxLength: 5 });
/** A record of which each optional field may be missing. */
const record = <T extends object, K extends keyof T>(
  model: { [P in keyof T]: fc.Arbitrary<T[P]> },
  required: K[],
) => fc.record(model, { requiredKeys: required });

interface Layout {
  readonly command: Command<never, never> | Command<unknown, unknown>;
  readonly request: fc.Arbitrary<object>;
  readonly reply: fc.Arbitrary<object>;
}

const none = fc.constant({});
const layouts: readonly Layout[] = [
  {
    command: commands.whois,
    request: record({ nickname: text, count: u32, attributes: blob, ids: clientIds }, ['ids']),
    reply: record(
      {
        clientId,
        nickname: text,
        user: text,
        realName: text,
        channels,
        mode: u32,
        idleSeconds: u32,
        fingerprint: octets(20, 20),
        channelUserModes: modes,
        attributes: blob,
      },
      ['clientId', 'nickname', 'user'],
    ),
  },
  {
    command: commands.whowas,
    request: record({ nickname: text, count: u32 }, ['nickname']),
    reply: record({ clientId, nickname: text, user: text, realName: text }, ['clientId', 'nickname', 'user']),
  },
  {
    command: commands.identify,
    request: record(
      {
        nickname: text,
        serverName: text,
        channelName: text,
        count: u32,
        ids: fc.array(anyId, { maxLength: 5 }),
      },
      ['ids'],
    ),
    reply: record({ id: anyId, name: text, info: text }, ['id']),
  },
  {
    command: commands.nick,
    request: fc.record({ nickname: text }),
    reply: record({ clientId, nickname: text }, ['clientId']),
  },
  {
    command: commands.list,
    request: record({ channelId }, []),
    reply: record({ channelId, name: text, topic: text, users: u32 }, []),
  },
  {
    command: commands.topic,
    request: record({ channelId, topic: text }, ['channelId']),
    reply: record({ channelId, topic: text }, ['channelId']),
  },
  {
    command: commands.invite,
    request: record({ channelId, clientId, action: fc.constantFrom(0, 1), entries }, ['channelId']),
    reply: record({ channelId, entries }, ['channelId']),
  },
  { command: commands.quit, request: record({ message: text }, []), reply: none },
  {
    command: commands.kill,
    request: record({ clientId, comment: text, auth: blob }, ['clientId']),
    reply: fc.record({ clientId }),
  },
  {
    command: commands.info,
    request: record({ serverName: text, serverId }, []),
    reply: record({ serverId, name: text, text }, ['serverId', 'name']),
  },
  {
    command: commands.stats,
    request: fc.record({ serverId }),
    reply: record(
      {
        serverId,
        statistics: fc.record({
          startTime: u32,
          uptime: u32,
          myClients: u32,
          myChannels: u32,
          myServerOperators: u32,
          myRouterOperators: u32,
          cellClients: u32,
          cellChannels: u32,
          cellServers: u32,
          clients: u32,
          channels: u32,
          servers: u32,
          routers: u32,
          serverOperators: u32,
          routerOperators: u32,
        }),
      },
      ['serverId'],
    ),
  },
  { command: commands.ping, request: fc.record({ serverId }), reply: none },
  { command: commands.oper, request: record({ username: text, auth: blob }, ['username']), reply: none },
  { command: commands.silcoper, request: record({ username: text, auth: blob }, ['username']), reply: none },
  {
    command: commands.join,
    request: record(
      {
        name: text,
        clientId,
        passphrase: text,
        cipher: text,
        hmac: text,
        founderAuth: blob,
        channelAuth: blob,
      },
      ['name', 'clientId'],
    ),
    reply: record(
      {
        name: text,
        channelId,
        clientId,
        mode: u32,
        created: fc.constantFrom(0, 1),
        channelKey: blob,
        bans: entries,
        invites: entries,
        topic: text,
        hmac: text,
        memberCount: u32,
        members: clientIds,
        memberModes: fc.array(u32, { maxLength: 5 }),
        founderKey: blob,
        channelKeys: entries,
        userLimit: u32,
      },
      ['name', 'channelId', 'clientId', 'mode', 'memberCount', 'members', 'memberModes'],
    ),
  },
  {
    command: commands.motd,
    request: fc.record({ serverName: text }),
    reply: record({ serverId, motd: text }, ['serverId']),
  },
  {
    command: commands.umode,
    request: record({ clientId, mode: u32 }, ['clientId']),
    reply: fc.record({ mode: u32 }),
  },
  {
    command: commands.cmode,
    request: record(
      {
        channelId,
        mode: u32,
        userLimit: u32,
        passphrase: text,
        cipher: text,
        hmac: text,
        auth: blob,
        founderKey: blob,
        channelKeys: entries,
      },
      ['channelId'],
    ),
    reply: record({ channelId, mode: u32, founderKey: blob, channelKeys: entries, userLimit: u32 }, [
      'channelId',
      'mode',
    ]),
  },
  {
    command: commands.cumode,
    request: record({ channelId, mode: u32, clientId, auth: blob }, ['channelId', 'mode', 'clientId']),
    reply: fc.record({ mode: u32, channelId, clientId }),
  },
  {
    command: commands.kick,
    request: record({ channelId, clientId, comment: text }, ['channelId', 'clientId']),
    reply: fc.record({ channelId, clientId }),
  },
  {
    command: commands.ban,
    request: record({ channelId, action: fc.constantFrom(0, 1), entries }, ['channelId']),
    reply: record({ channelId, entries }, ['channelId']),
  },
  { command: commands.detach, request: none, reply: none },
  {
    command: commands.watch,
    request: record({ clientId, add: text, delete: text, keys: entries }, ['clientId']),
    reply: none,
  },
  { command: commands.leave, request: fc.record({ channelId }), reply: fc.record({ channelId }) },
  {
    command: commands.users,
    request: record({ channelId, name: text }, []),
    reply: fc.record({
      channelId,
      memberCount: u32,
      members: clientIds,
      memberModes: fc.array(u32, { maxLength: 5 }),
    }),
  },
  {
    command: commands.getkey,
    request: fc.record({ id: anyId }),
    reply: record({ id: anyId, publicKey: blob }, ['id']),
  },
  {
    command: commands.service,
    request: record({ service: text, auth: blob, parameters: fc.array(blob, { maxLength: 5 }) }, [
      'parameters',
    ]),
    reply: record({ services: text, service: text, parameters: fc.array(blob, { maxLength: 5 }) }, [
      'parameters',
    ]),
  },
  { command: commands.connect, request: record({ host: text, port: u32 }, ['host']), reply: none },
  { command: commands.close, request: record({ host: text, port: u32 }, ['host']), reply: none },
  { command: commands.shutdown, request: none, reply: none },
];

/** Decoders give `undefined` for what is missing; for the comparison that is the same. */
const defined = (value: object) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));

const overTheWire = (message: Parameters<typeof commandPayload.encode>[0]) =>
  decodePayload(commandPayload, encodePayload(commandPayload, message));

const valueOrSilcError = (run: () => unknown): void => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(SilcError);
  }
};

describe('command codecs', () => {
  it('cover every command of the table', () => {
    expect(new Set(layouts.map(({ command }) => command.name))).toEqual(
      new Set(Object.values(commands).map(({ name }) => name)),
    );
  });

  for (const { command: typed, request, reply } of layouts) {
    const command = typed as Command<unknown, unknown>;
    describe(command.name, () => {
      it('gives back the request that was encoded', () => {
        fc.assert(
          fc.property(request, fc.nat({ max: 0xffff }), (value, ident) => {
            const message = overTheWire(encodeRequest(command, ident, value));
            expect(message.command).toBe(command.number);
            expect(message.ident).toBe(ident);
            expect(defined(decodeRequest(command, message) as object)).toEqual(value);
          }),
        );
      });

      it('gives back the reply that was encoded, at each place of a list', () => {
        const places = fc.constantFrom('single' as const, 'start' as const, 'item' as const, 'end' as const);
        fc.assert(
          fc.property(reply, places, (value, place) => {
            const decoded = decodeReply(command, overTheWire(encodeReply(command, 7, value, place)));
            expect(decoded.position).toBe(place);
            expect(decoded.error).toBe(0);
            expect('value' in decoded && defined(decoded.value as object)).toEqual(value);
          }),
        );
      });

      it('takes any arguments at all and answers with a value or a SilcError', () => {
        const args = fc.array(fc.record({ type: fc.nat({ max: 20 }), data: octets(0, 40) }), {
          maxLength: 20,
        });
        fc.assert(
          fc.property(args, (some) => {
            const message = { command: command.number, ident: 1, args: some };
            valueOrSilcError(() => decodeRequest(command, message));
            valueOrSilcError(() => decodeReply(command, message));
          }),
        );
      });

      it('takes arguments that are cut anywhere and answers with a value or a SilcError', () => {
        fc.assert(
          fc.property(request, reply, fc.nat(), fc.nat(), (asked, answered, which, where) => {
            for (const { args } of [encodeRequest(command, 1, asked), encodeReply(command, 1, answered)]) {
              const cut = args.map((arg, i) =>
                i === which % args.length
                  ? { ...arg, data: arg.data.subarray(0, where % arg.data.length) }
                  : arg,
              );
              const message = { command: command.number, ident: 1, args: cut };
              valueOrSilcError(() => decodeRequest(command, message));
              valueOrSilcError(() => decodeReply(command, message));
            }
          }),
        );
      });
    });
  }
});

describe('reply status', () => {
  it('is an error of a single reply, or of one entry of a list', () => {
    const statusOf = (...data: readonly number[]): unknown =>
      decodeStatus({ command: 1, ident: 1, args: [{ type: 1, data: Uint8Array.from(data) }] });
    expect(statusOf(0, 0)).toEqual({ position: 'single', error: 0 });
    // Of protocol version 1.0, where it was one number.
    expect(statusOf(0, 43)).toEqual({ position: 'single', error: 43 });
    expect(statusOf(0, 3)).toEqual({ position: 'end', error: 0 });
    expect(decodeStatus(encodeErrorReply(1, 1, 10))).toEqual({ position: 'single', error: 10 });
    expect(decodeStatus(encodeErrorReply(1, 1, 10, [], 'item'))).toEqual({ position: 'item', error: 10 });
    expect(encodeErrorReply(1, 1, 10).args[0]?.data).toEqual(Uint8Array.of(10, 0));
    expect(encodeErrorReply(1, 1, 22, [], 'end').args[0]?.data).toEqual(Uint8Array.of(3, 22));
  });

  it('must be there, with two octets', () => {
    expect(() => decodeStatus({ command: 1, ident: 1, args: [] })).toThrow(SilcError);
    const short = { command: 1, ident: 1, args: [{ type: 1, data: Uint8Array.of(0) }] };
    expect(() => decodeStatus(short)).toThrow(SilcError);
  });

  it('comes with the objects of an error: IDs, names, and what is neither', () => {
    const [user, place, server] = [
      parseId(2, new Uint8Array(16).fill(9)),
      parseId(3, new Uint8Array(8).fill(8)),
      parseId(1, new Uint8Array(20).fill(7)),
    ];
    const about = (...data: readonly Uint8Array[]) =>
      errorObjects(data.map((octets, i) => ({ type: 2 + i, data: octets })));
    expect(about(encodeIdPayload(user), encodeIdPayload(place))).toEqual([
      { kind: 'client', clientId: '09'.repeat(16) },
      { kind: 'channel', channelId: '08'.repeat(8) },
    ]);
    expect(about(encodeIdPayload(server))).toEqual([{ kind: 'server', serverId: '07'.repeat(20) }]);
    expect(about(utf8('nöbody'), utf8('nöbody'))).toEqual([
      { kind: 'name', name: 'nöbody' },
      { kind: 'name', name: 'nöbody' },
    ]);
    const neither = [Uint8Array.of(0xff), Uint8Array.of(0, 2, 0, 16, 1), encodeIdPayload({ type: 0 })];
    for (const octets of neither) expect(about(octets)).toEqual([{ kind: 'octets', octets }]);
    expect(about(new Uint8Array(0))).toEqual([]);
    expect(errorObjects([{ type: 4, data: utf8('nobody') }])).toEqual([]);
  });

  it('has an error whose objects are always legible, whatever they are', () => {
    fc.assert(
      fc.property(octets(1, 60), (data) => {
        expect(errorObjects([{ type: 2, data }])).toHaveLength(1);
      }),
    );
  });
});

describe('helpers', () => {
  it('count arguments as silcd does', () => {
    const id = parseId(1, new Uint8Array(8));
    const data = encodeIdPayload(id);
    const ping = (count: number) => ({
      command: 12,
      ident: 1,
      args: Array.from({ length: count }, () => ({ type: 1, data })),
    });
    expect([0, 1, 2].map((count) => argumentCountStatus(commands.ping, ping(count)))).toEqual([29, 0, 30]);
  });

  it('find commands by number', () => {
    expect(commandByNumber(14)).toBe(commands.join);
    expect(commandByNumber(99)).toBeUndefined();
  });

  it('strip the NUL that silcd counts into a mask', () => {
    expect(maskOfEntry({ type: 1, data: utf8('evil*\0') })).toBe('evil*');
    expect(maskOfEntry(maskEntry('evil*'))).toBe('evil*');
    expect(maskOfEntry({ type: 2, data: utf8('key') })).toBeUndefined();
  });

  it('split names at the right place', () => {
    expect(splitNickname('bob@silc.example.org')).toEqual({ nickname: 'bob', server: 'silc.example.org' });
    expect(splitNickname('bob')).toEqual({ nickname: 'bob', server: undefined });
    expect(splitUser('a@b@host')).toEqual({ username: 'a@b', hostname: 'host' });
  });

  it('refuse a mandatory argument that is empty', () => {
    expect(() => encodeRequest(commands.nick, 1, { nickname: '' })).toThrow(SilcError);
  });
});
