import { channelFields } from '../fields.js';
import { LineError } from '../item.js';
import { keyFields, keyLines } from '../key-text.js';
import { userReference } from '../people.js';
import { type Command, line } from './command.js';
import { choice, here, number, option, optional, person, secret, word } from './parameters.js';

const keys = line('keys').does('keys and algorithms of this session', ({ session, keyPair, printer }) => {
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
});

const rekey = line('rekey').does('new session keys now', ({ session }) => session.rekey());

const msgSet = line('key msg set')
  .takes(person())
  .takes(secret('PASSPHRASE'))
  .takes(optional(choice(['initiator', 'responder'])))
  .does(
    'a key of a passphrase for private messages with somebody, who has to set the same',
    (context, user, ...rest) => context.session.setPrivateKey(user.clientId, ...rest),
  );

const msgUnset = line('key msg unset')
  .takes(person())
  .does('drop the keys of private messages with somebody', ({ session, people }, user) => {
    if (!session.removePrivateKey(user.clientId)) throw new LineError(`no key with ${people.label(user)}`);
  });

const msgList = line('key msg list').does('keys of private messages, set and negotiated', (context) => {
  const { session, people, printer } = context;
  const list = session.privateKeyList();
  printer.print({
    type: 'private-keys',
    fields: { keys: list.map(({ user, ...info }) => ({ user: userReference(user), ...info })) },
    lines:
      list.length === 0
        ? ['no keys of private messages']
        : list.map(({ user, kind, cipher, hmac, role = '' }) =>
            `  ${people.label(user)}  ${kind}  ${cipher}  ${hmac}  ${role}`.trimEnd(),
          ),
  });
});

const agreeOffer = line('key agree offer')
  .takes(person())
  .does('make keys of private messages over a direct connection, to here', ({ agreements }, user) =>
    agreements.offer(user),
  );

const agreeAsk = line('key agree ask')
  .takes(person())
  .does('ask somebody to listen for one', ({ session }, user) => session.keyAgreements.ask(user.clientId));

const agreeAccept = line('key agree accept')
  .takes(person())
  .takes(optional(number('PORT')))
  .does('take what somebody has offered; PORT where it was not told', ({ agreements }, user, port) =>
    agreements.accept(user, port),
  );

const channelSet = line('key channel set')
  .takes(option('cipher', '=CIPHER'))
  .takes(option('hmac', '=HMAC'))
  .takes(here)
  .takes(word('NAME'))
  .takes(secret('PASSPHRASE'))
  .does(
    'a private key of the current channel, used while it has +k; several can be set',
    (context, cipher, hmac, channel, name, passphrase) =>
      context.session.channelControl.setPrivateKey(channel.id, name, passphrase, {
        ...(cipher === undefined ? {} : { cipher }),
        ...(hmac === undefined ? {} : { hmac }),
      }),
  );

const channelUnset = line('key channel unset')
  .takes(here)
  .takes(word('NAME'))
  .does('drop a private key of the current channel', ({ session }, channel, name) => {
    if (!session.channelControl.removePrivateKey(channel.id, name)) throw new LineError(`no key ${name}`);
  });

const channelChange = line('key channel change')
  .takes(here)
  .takes(word('NAME'))
  .does('send with this private key', ({ session }, channel, name) =>
    session.channelControl.selectPrivateKey(channel.id, name),
  );

const channelList = line('key channel list')
  .takes(here)
  .does(
    'private keys of the current channel (* is sent with), and what could not be read',
    (context, channel) => {
      const { channelControl } = context.session;
      const list = channelControl.privateKeys(channel.id);
      const { undecryptable } = channelControl.statistics;
      const lost = Object.entries(undecryptable).filter(([, count]) => count > 0);
      context.printer.print({
        type: 'channel-keys',
        fields: {
          channel: channelFields(channel),
          keys: list.map((info) => ({ ...info })),
          undecryptable: { ...undecryptable },
        },
        lines: [
          ...list.map(
            ({ name, cipher, hmac, selected }) => `${selected ? '*' : ' '} ${name}  ${cipher}  ${hmac}`,
          ),
          ...(list.length === 0 ? [`no private keys on ${channel.name}`] : []),
          ...lost.map(
            ([reason, count]) => `  messages of this session that could not be read, ${reason}: ${count}`,
          ),
        ],
      });
    },
  );

export const keyCommands: readonly Command[] = [
  ...[keys, rekey],
  ...[msgSet, msgUnset, msgList],
  ...[agreeOffer, agreeAsk, agreeAccept],
  ...[channelSet, channelUnset, channelChange, channelList],
];
