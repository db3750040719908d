import type { SilcPublicKey } from '../../../silc/crypto/public-key.js';
import { nodeBackend } from '../../../silc/crypto/backend-node.js';
import { babbleprint, displayFingerprint, fingerprintBytes } from '../../../silc/crypto/fingerprint.js';
import { formatIdentifier } from '../../../silc/crypto/public-key.js';
import { toHex } from '../../../silc/bytes.js';
import type { WhoisResult } from '../../../silc/client/types.js';
import { LineError, type JsonObject } from '../item.js';
import { needed } from '../line.js';
import { channelModeText } from '../mode-letters.js';
import { describe, userFields, userReference } from '../people.js';
import { linesOf } from '../visible.js';
import type { Command } from './command.js';

const whois: Command = {
  name: 'whois',
  usage: '/whois NICK',
  summary: 'who has this nickname',
  run: async ({ session, people, printer }, rest) => {
    const nickname = needed(rest, whois.usage);
    const holders = await session.whois(nickname);
    if (holders.length === 0) throw new LineError(`there is no ${nickname} on the network`);
    for (const { user } of holders) people.note(user);
    const channelsOf = new Map(holders.map((holder) => [holder.user, holder.channels]));
    for (const { user, number } of people.number(nickname, holders)) {
      const channels = channelsOf.get(user) ?? [];
      printer.print({
        type: 'whois',
        fields: {
          number,
          user: userFields(user),
          channels: channels.map(({ name, id, mode }) => ({ name, id, mode })),
        },
        lines: [
          `${user.nickname ?? nickname}#${number}  ${describe(user)}`,
          ...whoisDetails({ user, channels }),
        ],
      });
    }
  },
};

function whoisDetails({ user, channels }: WhoisResult): readonly string[] {
  const { server, fingerprint, idleSeconds } = user;
  const on = channels.map(({ name, mode }) => `${name}${channelModeText(mode)}`).join(' ');
  return [
    ...(server === undefined ? [] : [`  server       ${server}`]),
    ...(fingerprint === undefined ? [] : [`  fingerprint  ${fingerprint}`]),
    ...(on === '' ? [] : [`  channels     ${on}`]),
    ...(idleSeconds === undefined ? [] : [`  idle         ${idleSeconds} s`]),
  ];
}

const list: Command = {
  name: 'list',
  usage: '/list',
  summary: 'the channels of the network',
  run: async ({ session, printer }) => {
    const channels = await session.list();
    if (channels.length === 0)
      printer.print({ type: 'list', fields: { channels: [] }, lines: ['no channels'] });
    else {
      printer.print({
        type: 'list',
        fields: {
          channels: channels.map(({ id, name, topic, users }) => ({ id, name, topic: topic ?? null, users })),
        },
        lines: channels.map(({ name, users, topic = '' }) => `  ${name}  ${users}  ${topic}`.trimEnd()),
      });
    }
  },
};

const nick: Command = {
  name: 'nick',
  usage: '/nick NEW',
  summary: 'take another nickname',
  run: async ({ session, printer }, rest) => {
    await session.nick(needed(rest, nick.usage));
    const { self } = session;
    printer.print({
      type: 'nick',
      fields: { self: userReference(self) },
      lines: [`you are ${self.nickname ?? rest}, Client ID ${self.clientId}`],
      tone: 'good',
    });
  },
};

const keys: Command = {
  name: 'keys',
  usage: '/keys [NICK]',
  summary: 'keys and algorithms of this session, or the key that the server has of somebody',
  run: async ({ session, keyPair, people, printer }, rest) => {
    if (rest !== '') {
      const user = await people.find(rest);
      const key = await session.getKey(user.clientId);
      if (key === undefined) throw new LineError(`the server has no key of ${people.label(user)}`);
      const fields = { user: userReference(user), key: keyFields(key) };
      printer.print({ type: 'key', fields, lines: keyLines(`key of ${people.label(user)}`, key) });
      return;
    }
    const { serverPublicKey, serverVersion, serverId, algorithms } = session;
    const { cipher, hmac, hash, group } = algorithms;
    printer.print({
      type: 'keys',
      fields: {
        server: { id: serverId, version: serverVersion, key: keyFields(serverPublicKey) },
        own: { key: keyFields(keyPair.publicKey) },
        algorithms: { cipher, hmac, hash, group },
      },
      lines: [
        ...keyLines('key of the server', serverPublicKey),
        ...keyLines('own key', keyPair.publicKey),
        `session: ${cipher}, ${hmac}, ${hash}, ${group}; server software ${serverVersion}`,
      ],
    });
  },
};

function keyFields(key: SilcPublicKey): JsonObject {
  const { identifier, version, numbers, encoded } = key;
  const fingerprint = toHex(fingerprintBytes(nodeBackend, key));
  const bits = numbers.n.length * 8;
  return { fingerprint, identifier: { ...identifier }, version, bits, encoded: toHex(encoded) };
}

function keyLines(what: string, key: SilcPublicKey): readonly string[] {
  const digest = fingerprintBytes(nodeBackend, key);
  return [
    `${what}: RSA ${key.numbers.n.length * 8}, version ${key.version}, ${formatIdentifier(key.identifier)}`,
    `  fingerprint  ${displayFingerprint(digest)}`,
    `  babbleprint  ${babbleprint(digest)}`,
  ];
}

const ping: Command = {
  name: 'ping',
  usage: '/ping',
  summary: 'time to the server and back',
  run: async ({ session, printer }) => {
    const milliseconds = Math.round((await session.ping()) * 10) / 10;
    printer.print({ type: 'ping', fields: { milliseconds }, lines: [`${milliseconds} ms`] });
  },
};

const info: Command = {
  name: 'info',
  usage: '/info',
  summary: 'what the server says of itself',
  run: async ({ session, printer }) => {
    const { name, text } = await session.serverInfo();
    printer.print({
      type: 'info',
      fields: { name, text },
      lines: [name, ...linesOf(text).map((line) => `  ${line}`)],
    });
  },
};

const motd: Command = {
  name: 'motd',
  usage: '/motd',
  summary: 'message of the day',
  run: async ({ session, printer }) => {
    const text = await session.motd();
    const lines = text === '' ? ['no message of the day'] : linesOf(text).map((line) => `-!- ${line}`);
    printer.print({ type: 'motd', fields: { text }, lines });
  },
};

const rekey: Command = {
  name: 'rekey',
  usage: '/rekey',
  summary: 'new session keys now',
  run: ({ session }) => session.rekey(),
};

export const network: readonly Command[] = [whois, list, nick, keys, ping, info, motd, rekey];
