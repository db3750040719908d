import { fromHex } from '../../silc/bytes.js';
import { displayFingerprint } from '../../silc/crypto/fingerprint.js';
import { type Command, done } from '../commands/command.js';
import type { Feature } from '../feature.js';
import type { Words } from '../../text/catalogue.js';
import type { ChatSession } from '../sessions/chat-session.js';
import type { UserSession } from '../sessions/user-session.js';
import type { FeatureParts } from './parts.js';
import { joinTexts, text, type Text } from '../../text/text.js';

/** Rooms that are named, of one network. */
const ROOMS = 50;

/** By a command a user sees where the own sessions are, and what is encrypted with what, hop by hop. */
export function status({ sessions }: FeatureParts): Feature {
  const command: Command = {
    name: 'status',
    title: text(({ hops }) => hops.title),
    at: ['gateway'],
    isOffered: () => true,
    begin: ({ from }) => {
      const networks = [...sessions.networks.keys()].map((name) =>
        networkText(name, sessions.find(from, name)),
      );
      return done(joinTexts([...networks, ...HOPS], '\n'));
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
  text(({ hops }) => hops.client),
  text(({ hops }) => hops.gateway),
  text(({ hops }) => hops.servers),
];

function networkText(name: string, session: UserSession | undefined): Text {
  if (session === undefined || session.isOver) return text(({ hops }) => hops.notConnected(name));
  const { fingerprint, silc, nickname } = session;
  const rooms = [...session.rooms.keys()];
  const named = rooms.slice(0, ROOMS).join(', ');
  return text(({ hops }) => {
    const link =
      silc === undefined
        ? hops.underWay(name, nickname)
        : hops.connected(name, nickname, cryptoText(silc, hops));
    const key = fingerprint === undefined ? '' : hops.key(displayFingerprint(fromHex(fingerprint)));
    const where = rooms.length === 0 ? '' : hops.rooms(named, Math.max(rooms.length - ROOMS, 0));
    return [link, key, where].filter((part) => part !== '').join(' ');
  });
}

const cryptoText = (
  { algorithms: { cipher, hmac, group, hash } }: ChatSession,
  hops: Words['hops'],
): string => hops.algorithms(`${cipher}, ${hmac}`, `${group}, ${hash}`);
