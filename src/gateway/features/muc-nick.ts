import { StanzaError } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { cleanedNickname, resourceToNickname } from '../../mapping/nickname.js';
import { notAnOccupant, occupantPresence } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import { withStanzaErrors } from '../failures.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/**
 * The SILC nickname in the resource of a room address. A client that comes back with the name it was given (`nick*disambiguator`,
 * see `OccupantNames`) asks for the nickname in it. Blanks and signs are cleaned: the client is told by status 210.
 * @throws StanzaError modify/jid-malformed for what SILC cannot carry.
 */
export function wantedNickname(resource: string): string {
  const [beforeMark = ''] = resource.split('*', 1);
  const nickname =
    resourceToNickname(resource) ??
    resourceToNickname(beforeMark) ??
    cleanedNickname(beforeMark) ??
    cleanedNickname(resource);
  if (nickname !== undefined) return nickname;
  throw new StanzaError(
    'modify',
    'jid-malformed',
    text(({ rooms }) => rooms.nicknameNotCarried(resource)),
  );
}

/** Presence of a client in a room: a change of the nickname, or news that SILC has no place for. */
export function mucNick({ context, sessions, prober }: FeatureParts): Feature {
  /** Some clients change the nickname by another join, to the room that they are in. Who comes back after a break wants to be shown all. */
  function isRejoinWithAnother({ stanza, from, to }: Request<'occupant'>): boolean {
    if (prober.isReturn(stanza)) return false;
    const room = sessions.joinedRoom(from, to);
    if (room === undefined || room.self?.name === to.occupant) return false;
    return wantedNickname(to.occupant) !== room.session.nickname;
  }

  async function update({ stanza, from, to }: Request<'occupant'>): Promise<void> {
    const room = sessions.findRoom(from, to.network, to.jid);
    if (room?.isPending(from.full) === true) return;
    if (room?.has(from.full) !== true) {
      // XEP-0045, 7.2.1 since 1.32: the client believes to be in the room and must learn that it is not.
      const codes = [StatusCode.self, StatusCode.kicked, StatusCode.technical];
      const said = text(({ rooms }) => rooms.notInRoomJoin);
      const reason = { codes, reason: said, status: said };
      context.send(notAnOccupant(stanza.attrs.to ?? to.jid, from.full, reason));
      return;
    }
    room.said(from.full, stanza);
    if (room.self?.name === to.occupant) return;
    const nickname = wantedNickname(to.occupant);
    await room.withPendingRequest(async () => {
      const { silc } = await room.whenJoined();
      const { channel, self } = room;
      if (silc.self.nickname === nickname) {
        // The name that was asked for is not to be had: the one it has stays.
        const codes = [StatusCode.self, StatusCode.nickAssigned];
        if (self !== undefined) context.send(occupantPresence(from.full, self, codes, stanza.attrs.id));
        return;
      }
      await context.nicknames.check({ network: to.network, channel: to.name }, from.bare, nickname);
      sessions.churn.renames(from);
      channel.expectName(room, to.occupant);
      await withStanzaErrors('nick', silc.nick(nickname), nickname);
    });
  }

  return {
    name: 'changing the nickname',
    specs: [
      multiUserChat(
        '7.6 and 7.7: changing the nickname, presence in a room',
        [],
        'the show and status of others are not shown in a room',
      ),
    ],
    presence: [
      {
        types: ['available'],
        matches: (request: Request<'occupant'>) =>
          request.stanza.getChild('x', Namespace.muc) === undefined || isRejoinWithAnother(request),
        ...addressedTo(['occupant'], update),
      },
    ],
  };
}
