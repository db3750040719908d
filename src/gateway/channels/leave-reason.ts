import type { Affiliation } from '../../mapping/affiliation.js';
import { xmppError } from '../../mapping/errors.js';
import { isolated } from '../../mapping/isolated.js';
import type { LeaveReason } from '../../mapping/presence.js';
import { StatusCode } from '../../mapping/status-codes.js';
import type { DepartureCause, User } from '../../silc/client/types.js';
import { SilcCommandError } from '../../silc/errors.js';
import { Status } from '../../silc/status.js';
import type { ChangeNote } from './change-notes.js';
import { text } from '../../text/text.js';

/** The server has told nothing, and does not list the user any more. */
export const offChannel: LeaveReason = {
  codes: [StatusCode.technical],
  status: text(({ rooms }) => rooms.takenOff),
};

/** What a silcd that is stopped says of its clients, one after the other, until it closes the receiver's own link. */
const SHUTDOWN_TEXT = 'Server is shutting down';

/** Whether somebody is gone because the server is being stopped: all others are about to go, and may all come back. */
export const isShutdown = (cause: DepartureCause): boolean =>
  cause.kind === 'signoff' && cause.message === SHUTDOWN_TEXT;

/** What the channel knows of somebody who has left. */
interface Left {
  /** Name in the room of whoever did it. */
  readonly nameOf: (by: User) => string | undefined;
  /** The affiliation that goes on. */
  readonly kept: Affiliation | undefined;
  /** What was to be done to the person. */
  readonly note: ChangeNote | undefined;
}

/** How rooms say why somebody has left (XEP-0045, 7.14, 8.2, 9.1). */
export function leaveReasonOf(cause: DepartureCause, { nameOf, kept, note: noted }: Left): LeaveReason {
  const note = noted?.removal === undefined ? undefined : noted;
  switch (cause.kind) {
    case 'signoff':
      return { status: cause.message && isolated(cause.message) };
    case 'kicked':
      return {
        codes: [note?.removal ?? StatusCode.kicked],
        affiliation: note?.affiliation ?? kept ?? 'none',
        actor: cause.by && nameOf(cause.by),
        // SILC cuts it.
        reason: note?.reason ?? (cause.comment && isolated(cause.comment)),
      };
    case 'killed':
      return {
        codes: [StatusCode.kicked],
        affiliation: 'none',
        actor: cause.by && nameOf(cause.by),
        reason: (cause.comment && isolated(cause.comment)) ?? text(({ rooms }) => rooms.removedFromNetwork),
      };
    case 'server-signoff':
      return { status: text(({ rooms }) => rooms.serverGone) };
    case 'leave':
    case 'vanished':
      return {};
  }
}

/** Why a user is out of a channel that could not be joined again. */
export function removalReason(error: unknown, channel: string): LeaveReason {
  const why = xmppError(error, 'join', channel).text;
  return { codes: [removalCode(error)], status: why, reason: why };
}

function removalCode(error: unknown): StatusCode {
  if (!(error instanceof SilcCommandError)) return StatusCode.technical;
  if (error.status === Status.bannedFromChannel) return StatusCode.banned;
  if (error.status === Status.notInvited) return StatusCode.membersOnly;
  return StatusCode.technical;
}
