import { fromHex } from '../../silc/bytes.js';
import { displayFingerprint } from '../../silc/crypto/fingerprint.js';
import { type Command, done } from '../commands/command.js';
import type { Feature } from '../feature.js';
import type { UserSession } from '../sessions/user-session.js';
import type { FeatureParts } from './parts.js';

/** Rooms that are named, of one network. */
const ROOMS = 50;

/** By a command a user sees where the own sessions are, and what is encrypted with what, hop by hop. */
export function status({ sessions }: FeatureParts): Feature {
  const command: Command = {
    name: 'status',
    title: 'Where I am connected, and what is encrypted with what',
    at: ['gateway'],
    isOffered: () => true,
    begin: ({ from }) => {
      const networks = [...sessions.networks.keys()].map((name) =>
        networkText(name, sessions.find(from, name)),
      );
      return done([...networks, ...HOPS].join('\n'));
    },
  };
  return {
    name: 'status of a user',
    specs: [
      {
        rfc: 6121,
        title: 'XMPP: Instant Messaging and Presence',
        part: '5: the state of the own connections as a message',
      },
    ],
    commands: [command],
  };
}

/** What holds on every network. */
const HOPS = [
  'From your client to your Jabber server: as your client tells you.',
  'In the gateway: in clear. Whoever runs it can read what you write, unless your client encrypts it.',
  'Between SILC servers and to SILC users: encrypted by SILC from hop to hop; channel messages under the key of the channel, which the servers know.',
];

function networkText(name: string, session: UserSession | undefined): string {
  if (session === undefined || session.isOver) return `Network ${name}: not connected.`;
  const key =
    session.fingerprint === undefined
      ? ''
      : ` Your key there: ${displayFingerprint(fromHex(session.fingerprint))}.`;
  const names = [...session.rooms.keys()];
  const rooms =
    names.length === 0
      ? ''
      : ` Rooms: ${names.slice(0, ROOMS).join(', ')}${names.length > ROOMS ? ` and ${names.length - ROOMS} more` : ''}.`;
  const { silc } = session;
  if (silc === undefined) {
    return `Network ${name}: on the way as ${session.nickname}; there is no connection now.${key}${rooms}`;
  }
  const { cipher, hmac, group, hash } = silc.algorithms;
  return (
    `Network ${name}: connected as ${session.nickname}. From the gateway to the SILC server: encrypted with ${cipher}, ` +
    `${hmac}; keys by ${group}, ${hash}.${key}${rooms}`
  );
}
