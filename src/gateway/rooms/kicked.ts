import type { LeaveReason } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { SessionEventOf } from '../../silc/client/types.js';
import { SilcError } from '../../silc/errors.js';
import { withDeadline } from '../../util/race.js';
import { ASK_MS, isBanned, type Suspect } from '../channels/ban-proof.js';
import type { LocalMember } from '../channels/channel.js';
import { offChannel } from '../channels/leave-reason.js';
import type { GatewayContext } from '../context.js';
import { reportIfInternal } from '../failures.js';
import type { RoomView } from './room-view.js';

type Room = RoomView &
  LocalMember & {
    readonly context: GatewayContext;
    readonly session: { readonly fingerprint: string | undefined };
  };

/**
 * A user is not on the channel any more: why? SILC does not tell a ban to anybody. Who is kicked by somebody who is not a user of the
 * gateway is banned where the ban list says so, which another local user may read who is operator.
 * @param remove - carried out at once where nothing has to be asked
 */
export function putOut(
  room: Room,
  { user, cause }: SessionEventOf<'member-left'>,
  remove: (reason: LeaveReason) => void,
): void {
  const { channel, link } = room;
  if (cause.kind === 'vanished') {
    remove(offChannel);
    return;
  }
  const reason = channel.leaveReason(user, cause);
  const isForeign = cause.kind === 'kicked' && channel.notes.of(user.clientId)?.removal === undefined;
  const bans = isForeign ? channel.ownership.bans(room) : undefined;
  if (bans === undefined) {
    remove(reason);
    return;
  }
  // The session hears nothing of the channel any more, as with a lost link.
  channel.disconnected(room);
  const suspect = { ...user, fingerprint: room.session.fingerprint };
  // Nobody is told the own user name and host: the server is asked, also what it makes of them.
  const lookUp = async (): Promise<Suspect | undefined> => (await link?.silc.whoisById(user.clientId))?.user;
  const proof = bans.then((entries) => isBanned(room.context.backend, entries, suspect, lookUp));
  void withDeadline(proof, ASK_MS, () => new SilcError('timeout', 'the ban list was not told in time'))
    .catch((error: unknown) => {
      reportIfInternal(room.context, error, 'a ban list could not be read', { room: room.jid });
      return false;
    })
    .then((isBan) => {
      // The user has left meanwhile, or is on the channel again.
      if (room.link !== link && !room.isReconnecting) return;
      remove(isBan ? { ...reason, codes: [StatusCode.banned], affiliation: 'outcast' } : reason);
    });
}
