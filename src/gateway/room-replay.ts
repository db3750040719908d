import { occupantPresence } from '../mapping/presence.js';
import { StatusCode } from '../mapping/status-codes.js';
import { subjectMessage } from '../mapping/subject.js';
import type { Rate } from '../util/token-bucket.js';
import type { Room } from './room.js';

/**
 * Stanzas by which a room is shown. One presence from a client makes one for each occupant: without a bound, a client that
 * joins a large room in a loop would fill the queue to the Jabber server for everybody. The joins of one user beyond it wait
 * for their turn; none is left without its answer.
 */
export const REPLAY_RATE: Rate = { burst: 5_000, perSecond: 500 };

/**
 * Everything that a client must be told on a join, in the order of XEP-0045, 7.1.
 * @param wantedName - resource of the address that it asked to join
 * @param created - the channel began with this join
 */
export function replay(room: Room, full: string, wantedName: string, created: boolean): void {
  const { context, self, occupants } = room;
  if (self === undefined) return;
  for (const occupant of occupants.values()) {
    if (occupant.clientId !== self.clientId) context.send(occupantPresence(full, occupant));
  }
  const codes: StatusCode[] = [StatusCode.nonAnonymous, StatusCode.self];
  if (created) codes.push(StatusCode.created);
  if (self.name !== wantedName) codes.push(StatusCode.nickAssigned);
  context.send(occupantPresence(full, self, codes));
  context.send(subjectMessage(room.topicSetter ?? room.jid, full, room.channel?.topic ?? ''));
}
