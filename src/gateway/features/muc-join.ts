import { StanzaError, xml } from '../../component/stanza.js';
import { NS_HATS } from '../../mapping/hats.js';
import { Namespace } from '../../mapping/namespaces.js';
import { historyBounds } from '../../mapping/history.js';
import { notAnOccupant, occupantPresence } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import { addressInText, xmppUri } from '../../mapping/uri.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import { multiUserChat } from '../spec.js';
import { wantedNickname } from './muc-nick.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/** Longest passphrase that is taken from a join, in UTF-16 units. */
const MAX_PASSPHRASE = 1_024;

/** Entering and leaving a room, and probes of who is in it. */
export function mucJoin({ context, sessions, away, contacts }: FeatureParts): Feature {
  function join({ stanza, from, to }: Request<'occupant'>): void {
    if (from.resource === '') {
      throw new StanzaError(
        'modify',
        'bad-request',
        text(({ rooms }) => rooms.accountJoins),
      );
    }
    if (!to.canonical) throw otherSpelling(to.jid);
    // JOIN takes `channel@server` for a channel by the part before the @.
    const [channel = ''] = to.name.split('@', 1);
    if (channel === '')
      throw new StanzaError(
        'modify',
        'jid-malformed',
        text(({ rooms }) => rooms.noChannelName),
      );
    if (channel !== to.name) throw otherSpelling(context.addressing.channelToJid(to.network, channel));
    const nickname = wantedNickname(to.occupant);
    const password = stanza.getChild('x', Namespace.muc)?.getChild('password')?.getText() ?? '';
    if (password.length > MAX_PASSPHRASE) {
      throw new StanzaError(
        'auth',
        'not-authorized',
        text(({ rooms }) => rooms.passphraseTooLong),
      );
    }
    const known = sessions.findRoom(from, to.network, to.jid);
    sessions.checkQuota(from, known);
    // A further client of the user, or one that comes again, is nothing that SILC sees.
    if (known === undefined || known.concerned.size === 0) sessions.churn.joins(from, to.jid);
    const room = sessions.session(from, to.network).room(to.jid, to.name);
    room.join(from.full, {
      stanza,
      nickname,
      name: to.occupant,
      password: password === '' ? undefined : password,
      history: historyBounds(stanza),
    });
  }

  /** A join of what is no occupant address of a room. */
  function refuse({ to }: Request<'gateway' | 'channel' | 'user'>): never {
    const said = {
      gateway: text(({ rooms }) => rooms.isGateway),
      channel: text(({ rooms }) => rooms.giveNickname(to.jid)),
      user: text(({ rooms }) => rooms.isUser),
    };
    throw new StanzaError('modify', 'jid-malformed', said[to.kind]);
  }

  function leave({ stanza, from, to }: Request<'channel' | 'occupant'>): void {
    if (from.resource === '') return;
    const address = stanza.attrs.to ?? to.jid;
    const room = sessions.findRoom(from, to.network, to.jid);
    if (room?.concerns(from.full) === true) {
      room.leave(from.full, address, stanza.getChild('status')?.getText());
    } else if (to.kind === 'occupant') {
      context.send(notAnOccupant(address, from.full, { codes: [StatusCode.self] }));
    }
  }

  function leaveAll({ stanza, from, to }: Request): void {
    if (from.resource === '') return;
    const status = stanza.getChild('status')?.getText();
    for (const room of sessions.roomsWith(from)) room.leave(from.full, room.jid, status);
    contacts.online.gone(from, to.jid);
    contacts.clients.gone(from);
    if (contacts.online.isOnline(from.bare)) return;
    for (const session of sessions.sessionsOf(from)) away.sign(session, 'away');
  }

  function probe({ from, to }: Request<'occupant'>): void {
    const room = sessions.joinedRoom(from, to);
    const occupant = room?.channel.occupants.byName(to.occupant);
    if (room === undefined || occupant === undefined) {
      context.send(xml('presence', { from: to.jid, to: from.full, type: 'unavailable' }));
      return;
    }
    const codes = occupant.clientId === room.self?.clientId ? [StatusCode.self] : [];
    const presence = occupantPresence(from.full, occupant, codes);
    const isOwn = codes.length > 0;
    const { anonymity } = room.channel.delivery;
    context.send(isOwn ? presence : anonymity.shown(presence, room.self));
  }

  return {
    name: 'entering and leaving',
    specs: [
      multiUserChat('7.2 and 7.14: entering and leaving', [Namespace.muc, Namespace.mucUser]),
      {
        xep: 421,
        title: 'Occupant identifiers for semi-anonymous MUCs',
        version: '1.0.1',
        date: '2025-04-09',
        status: 'complete',
        namespaces: [Namespace.occupantId],
      },
      {
        xep: 317,
        title: 'Hats',
        version: '0.2',
        date: '2023-06-28',
        status: 'partial',
        leftOut:
          'giving and taking hats by command: they are what SILC says (founder, operator, server operator, robot, detached)',
        namespaces: [NS_HATS],
      },
    ],
    disco: {
      gateway: [Namespace.muc, Namespace.occupantId, NS_HATS],
      channel: [Namespace.muc, Namespace.occupantId, NS_HATS],
    },
    extensions: [Namespace.occupantId, NS_HATS],
    presence: [
      { types: ['available'], xmlns: Namespace.muc, ...addressedTo(['occupant'], join) },
      { types: ['available'], xmlns: Namespace.muc, ...addressedTo(['gateway', 'channel', 'user'], refuse) },
      {
        types: ['available'],
        matches: ({ from, to }: Request<'channel'>) =>
          sessions.findRoom(from, to.network, to.jid)?.concerns(from.full) !== true,
        ...addressedTo(['channel'], refuse),
      },
      { types: ['unavailable'], ...addressedTo(['channel', 'occupant'], leave) },
      { types: ['unavailable'], ...addressedTo(['gateway'], leaveAll) },
      { types: ['probe'], ...addressedTo(['occupant'], probe) },
    ],
  };
}

/**
 * Presence comes from the one address of a room only, so that a client which has asked another spelling would wait for
 * ever.
 */
function otherSpelling(room: string): StanzaError {
  const said = text(({ rooms }) => rooms.roomAddress(addressInText(room, 'join')));
  return new StanzaError('modify', 'redirect', said, { address: xmppUri(room) });
}
