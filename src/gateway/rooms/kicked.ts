import { nicknameOfMask } from '../../mapping/ban-mask.js';
import type { LeaveReason } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { AccessEntry, SessionEventOf, User } from '../../silc/client/types.js';
import { fingerprint } from '../../silc/crypto/fingerprint.js';
import { matchesMask } from '../../silc/masks.js';
import { SilcError } from '../../silc/errors.js';
import { withDeadline } from '../../util/race.js';
import type { LocalMember } from '../channels/channel.js';
import { offChannel } from '../channels/leave-reason.js';
import type { GatewayContext } from '../context.js';
import { reportIfInternal } from '../failures.js';
import type { RoomView } from './room-view.js';

/** So long the news of a kick waits for the answer whether it is a ban. */
const ASK_MS = 1_000;

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
  void withDeadline(bans, ASK_MS, () => new SilcError('timeout', 'the ban list was not told in time'))
    .then((entries) => entries.some((entry) => isAbout(room, user, entry)))
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

function isAbout({ context, session }: Room, user: User, entry: AccessEntry): boolean {
  if (entry.kind === 'key') return fingerprint(context.backend, entry.key) === session.fingerprint;
  if (entry.kind !== 'mask') return false;
  const { nickname = '', server = '', username = '', hostname = '' } = user;
  return (
    nicknameOfMask(entry.mask) === nickname ||
    matchesMask(entry.mask, { nickname, server, username, hostname })
  );
}
