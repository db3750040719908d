import { withinChars } from '../../mapping/history.js';
import { groupMessage } from '../../mapping/message.js';
import { occupantPresence } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import { subjectMessage } from '../../mapping/subject.js';
import type { Rate } from '../../util/token-bucket.js';
import { othersAsSeen } from '../channels/others-shown.js';
import type { GatewayContext } from '../context.js';
import type { JoinRequest } from './pending-joins.js';
import type { RoomView } from './room-view.js';

/**
 * Stanzas by which a room is shown. One presence from a client makes one for each occupant: without a bound, a client that
 * joins a large room in a loop would fill the queue to the Jabber server for everybody. The joins of one user beyond it wait
 * for their turn; none is left without its answer.
 */
export const SNAPSHOT_RATE: Rate = { burst: 5_000, perSecond: 500 };

/**
 * Everything that a client must be told on a join, in the order of XEP-0045, 7.1: occupants, self-presence, history, subject.
 * What happens in the room while the history is being read follows it.
 * @param created - the channel began with this join
 */
export function sendSnapshot(
  context: GatewayContext,
  room: RoomView,
  full: string,
  request: JoinRequest,
  created: boolean,
): void {
  const { channel, self } = room;
  if (self === undefined) return;
  const newcomer = [full];
  for (const presence of othersAsSeen(context, channel, room)) context.sendToEach(presence, newcomer);
  const codes: StatusCode[] = [StatusCode.self];
  if (created) codes.push(StatusCode.created);
  if (self.name !== request.name) codes.push(StatusCode.nickAssigned);
  context.send(occupantPresence(full, self, codes, request.stanza.attrs.id));
  const sendSubject = (): void => {
    if (room.has(full)) context.send(subjectMessage(channel.topicSetter, full, channel.topic));
  };
  const history = context.hooks.history({ room: channel.jid, user: room.user, ...request.history });
  if (history === undefined) {
    sendSubject();
    return;
  }
  channel.delivery.buffer(full);
  void history.then((lines) => {
    // What was said while the history was read may be in both: it is told as it comes.
    const waiting = channel.delivery.waitingFor(full);
    const unheard = (room.has(full) ? lines : []).filter((line) => !waiting.has(line.stanzaId));
    const stanzas = unheard.map((line) => groupMessage({ ...line, delay: line.at }, full));
    for (const stanza of withinChars(stanzas, request.history.maxChars)) context.send(stanza);
    sendSubject();
    channel.delivery.release(full, room.has(full));
  });
}
