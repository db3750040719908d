import { randomUUID } from 'node:crypto';
import { StanzaError } from '../../component/stanza.js';
import { privateMessage, reflectedPayload } from '../../mapping/message.js';
import { Namespace } from '../../mapping/namespaces.js';
import type { LocalMember } from '../channels/channel.js';
import { addressedTo, asOccupant, type Feature, type OccupantRequest } from '../feature.js';
import { checkSender } from '../trust/conversation-keys.js';
import { multiUserChat } from '../spec.js';
import { stayOf } from '../rooms/room-view.js';
import { isMissed, privateContent, saysAnything } from './message-rules.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

type PrivateMessage = Pick<OccupantRequest<'occupant'>, 'stanza' | 'to' | 'room'>;

/** Messages to an occupant of a room. The answers come back through the room. */
export const mucPrivateMessage = ({ sessions }: FeatureParts): Feature => ({
  name: 'private messages in a room',
  specs: [multiUserChat('7.5: private messages', [Namespace.mucUser])],
  message: [
    {
      types: ['groupchat'],
      ...addressedTo(['occupant'], () => {
        throw new StanzaError(
          'modify',
          'bad-request',
          text(({ rooms }) => rooms.groupchatToRoom),
        );
      }),
    },
    { matches: isMissed, ...asOccupant('occupant', 'not-acceptable', send) },
    {
      // States and receipts: nobody has to know that they did not arrive.
      matches: saysAnything,
      ...addressedTo(['occupant'], ({ stanza, from, to }) => {
        const room = sessions.joinedRoom(from, to);
        const local = room && localMember({ stanza, to, room });
        if (room !== undefined && local !== undefined) deliver({ stanza, to, room }, local);
      }),
    },
  ],
});

async function send(message: PrivateMessage): Promise<void> {
  const { stanza, to, room } = message;
  const local = localMember(message);
  if (local === undefined) {
    await room.session.direct.sendToOccupant(stanza, room, to.occupant, privateContent(stanza));
    return;
  }
  const occupant = room.channel.occupants.byName(to.occupant);
  if (occupant !== undefined) await room.session.direct.checkKey(occupant, occupant.address);
  await warn(message, local);
  if (!deliver(message, local)) {
    throw new StanzaError(
      'wait',
      'recipient-unavailable',
      text(({ rooms }) => rooms.noClientInRoom),
    );
  }
}

/** Tells the receiver first where the sender has another key than the one that is known there. */
async function warn({ room }: PrivateMessage, to: LocalMember): Promise<void> {
  const { self, channel, context } = room;
  if (self?.address === undefined) return;
  const { address, fingerprint, jid: from } = self;
  const sender = { user: to.user, address, fingerprint, ask: () => Promise.resolve(undefined) };
  const { warning: payload } = await checkSender(context, sender, []);
  if (payload === undefined) return;
  const message = { from, to: undefined, id: randomUUID(), payload, viaRoom: true };
  channel.delivery.toMember(to, privateMessage(message));
}

function localMember({ to, room }: PrivateMessage): LocalMember | undefined {
  const occupant = room.channel.occupants.byName(to.occupant);
  return occupant && room.channel.memberOf(occupant);
}

/** Between local users the whole stanza arrives, whatever the state of their links to SILC: it never goes there. */
function deliver({ stanza, room }: PrivateMessage, to: LocalMember): boolean {
  const { self, channel, context } = room;
  if (self === undefined) return false;
  const id = stanza.attrs.id ?? randomUUID();
  const payload = reflectedPayload(stanza, context.domain);
  const { address = self.jid } = self;
  if (to.clients.size === 0) {
    if (!context.stays.holds(stayOf({ user: to.user, channel }))) return false;
    // Who stays without a client has it from the user's own server, or from what waits here.
    context.send(privateMessage({ from: address, to: to.user, id, payload, viaRoom: false }));
    context.waiting.sent(to.user, { from: address, id, payload });
    return true;
  }
  context.waiting.sent(to.user, { from: address, id, payload }, to.clients.size);
  channel.delivery.toMember(
    to,
    privateMessage({ from: self.jid, to: undefined, id, payload, viaRoom: true }),
  );
  return true;
}
