import type { IdentifyTarget, Identity, ListedChannel, ServerTarget } from '../../../silc/client/types.js';
import { fromHex } from '../../../silc/bytes.js';
import { parseId, type TypedId } from '../../../silc/ids.js';
import { base64 } from '../fields.js';
import { LineError, UsageError } from '../item.js';
import { keyFields, keyLines } from '../key-text.js';
import { memberMark } from '../mode-letters.js';
import { describe, userReference } from '../people.js';
import { linesOf } from '../visible.js';
import { type Command, line, type LineContext, type Parameter } from './command.js';
import { choice, number, optional, text, word } from './parameters.js';

/** A server by its name; default the own one. */
const server: Parameter<ServerTarget | undefined> = {
  usage: '[SERVER]',
  read: (words) => {
    const serverName = words.next();
    return () => (serverName === undefined ? undefined : { serverName });
  },
};

/** @throws LineError where the server that was asked has no answer */
function answered<T>(answer: T | undefined): T {
  if (answer === undefined) throw new LineError('there is no such server, or it does not tell');
  return answer;
}

const whowas = line('whowas')
  .takes(word('NICK', 'person'))
  .takes(optional(number('COUNT')))
  .does('who had this nickname', async ({ session, printer }, nickname, count) => {
    const users = await session.lookup.whowas(nickname, count);
    printer.print({
      type: 'whowas',
      fields: { users: users.map((user) => ({ ...user })) },
      lines:
        users.length === 0
          ? [`nobody is remembered as ${nickname}`]
          : users.map((user) => `  ${user.nickname}  ${describe(user)}`),
    });
  });

const kinds = ['nick', 'channel', 'server', 'client-id', 'channel-id', 'server-id'] as const;

function targetOf(kind: (typeof kinds)[number], value: string): IdentifyTarget {
  switch (kind) {
    case 'nick':
      return { nickname: value };
    case 'channel':
      return { channelName: value };
    case 'server':
      return { serverName: value };
    case 'client-id':
    case 'channel-id':
    case 'server-id':
      return targetOfId(parseId(idTypes[kind], octetsOf(value)));
  }
}

const idTypes = { 'server-id': 1, 'client-id': 2, 'channel-id': 3 } as const;

function octetsOf(digits: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits)) throw new UsageError(`${digits} is no ID`);
  return fromHex(digits.toLowerCase());
}

function targetOfId(id: TypedId): IdentifyTarget {
  if (id.type === 1) return { serverId: id.id };
  if (id.type === 2) return { clientId: id.id };
  if (id.type === 3) return { channelId: id.id };
  throw new UsageError('no ID');
}

const identify = line('identify')
  .takes(choice(kinds))
  .takes(word('VALUE', 'person'))
  .does('the ID of a name, or the name of an ID', async ({ session, printer }, kind, value) => {
    const found = await session.lookup.identify(targetOf(kind, value));
    printer.print({
      type: 'identities',
      fields: { identities: found.map((identity) => ({ ...identity })) },
      lines:
        found.length === 0 ? ['nothing is found'] : found.map((identity) => `  ${identityText(identity)}`),
    });
  });

function identityText(identity: Identity): string {
  switch (identity.kind) {
    case 'client':
      return `client   ${identity.nickname}  ${describe({ ...identity, realName: undefined })}`;
    case 'channel':
      return `channel  ${identity.name}  ${identity.channelId}`;
    case 'server':
      return `server   ${identity.name}  ${identity.serverId}`;
  }
}

const users = line('users')
  .takes(word('CHANNEL', 'channel'))
  .does('who is on a channel, without being on it', async ({ session, people, printer }, channelName) => {
    const found = await session.lookup.users({ channelName }, { resolve: true });
    if (found === undefined) throw new LineError(`there is no ${channelName}, or it is hidden`);
    const { channelId, members } = found;
    printer.print({
      type: 'users',
      fields: {
        channel: { id: channelId, name: channelName },
        members: members.map(({ user, mode }) => ({ ...userReference(user), mode })),
      },
      lines: members.map(({ user, mode }) => `  ${memberMark(mode)}${people.label(user)}  ${describe(user)}`),
    });
  });

const list = line('list')
  .takes(optional(word('CHANNEL', 'channel')))
  .does('the channels of the network, or one of them', async ({ session, printer }, name) => {
    const channels = name === undefined ? await session.list() : await listed(session, name);
    printer.print({
      type: 'list',
      fields: {
        channels: channels.map(({ id, name, topic, users }) => ({ id, name, topic: topic ?? null, users })),
      },
      lines:
        channels.length === 0
          ? ['no channels']
          : channels.map(({ name, users, topic = '' }) => `  ${name}  ${users}  ${topic}`.trimEnd()),
    });
  });

async function listed(
  { lookup }: LineContext['session'],
  channelName: string,
): Promise<readonly ListedChannel[]> {
  const [found] = await lookup.identify({ channelName });
  if (found?.kind !== 'channel') throw new LineError(`there is no ${channelName}, or it is hidden`);
  const channel = await lookup.channel(found.channelId);
  return channel === undefined ? [] : [channel];
}

const info = line('info')
  .takes(server)
  .does('what a server says of itself', async ({ session, printer }, target) => {
    const { name, text, serverId } = answered(await session.lookup.info(target));
    printer.print({
      type: 'info',
      fields: { name, text, serverId },
      lines: [name, ...linesOf(text).map((line) => `  ${line}`)],
    });
  });

const motd = line('motd')
  .takes(server)
  .does('message of the day', async ({ session, printer }, target) => {
    const said = answered(await session.lookup.motd(target));
    const lines = said === '' ? ['no message of the day'] : linesOf(said).map((line) => `-!- ${line}`);
    printer.print({ type: 'motd', fields: { text: said }, lines });
  });

const stats = line('stats').does('counters of the server', async ({ session, printer }) => {
  const statistics = answered(await session.lookup.statistics());
  printer.print({
    type: 'stats',
    fields: { ...statistics },
    lines: Object.entries(statistics).map(([name, count]) => `  ${name.padEnd(18)}  ${count}`),
  });
});

const serverkey = line('serverkey')
  .takes(server)
  .does('public key of a server', async ({ session, printer }, target) => {
    const key = answered(await session.lookup.serverKey(target));
    printer.print({ type: 'server-key', fields: { key: keyFields(key) }, lines: keyLines('key', key) });
  });

const service = line('service')
  .takes(optional(text('NAME')))
  .does('services of the server, or one of them', async ({ session, printer }, name) => {
    const { services, granted, parameters } = await session.lookup.service(name);
    printer.print({
      type: 'service',
      fields: { services, granted, parameters: parameters.map(base64) },
      lines: services.length === 0 ? ['no services'] : services.map((one) => `  ${one}`),
    });
  });

export const lookup: readonly Command[] = [
  ...[whowas, identify, users, list],
  ...[info, motd, stats, serverkey, service],
];
