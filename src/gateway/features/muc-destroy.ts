import { type Element, StanzaError } from '../../component/stanza.js';
import { tryParseJid } from '../../component/jid.js';
import { type RoomEnd, roomEndOf } from '../../mapping/destroy.js';
import { closingComment } from '../../mapping/kick-comment.js';
import { SilcCommandError } from '../../silc/errors.js';
import { ChannelMode } from '../../silc/modes.js';
import { Status } from '../../silc/status.js';
import { Semaphore } from '../../util/semaphore.js';
import { withStanzaErrors } from '../failures.js';
import type { RoomRequest } from '../feature.js';
import type { Occupant } from '../channels/occupants.js';
import type { UserRoom } from '../rooms/user-room.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

type Owner = Pick<RoomRequest, 'room' | 'silc' | 'channel' | 'channelId' | 'signal'>;

/** KICKs under way at once: a crowd must not take all the commands of the founder's session. */
const KICKS = 8;
/** Somebody may come by invitation while the others are being kicked; who does so again and again stays. */
const ROUNDS = 3;

/** The one whom a KICK concerns is gone already. */
const GONE: readonly number[] = [Status.userNotOnChannel, Status.noSuchClientId];

/**
 * XEP-0045 1.35.3, 10.9: destroying a room. A channel of SILC ends when its last user leaves. So the founder makes it invite-only,
 * puts everybody out with the reason and the alternative room, and all local users leave; from then on it is anybody's.
 * @throws StanzaError forbidden for others than owners; SilcError where SILC users could not be put out
 */
export async function destroyRoom(
  { sessions }: Pick<FeatureParts, 'sessions'>,
  owner: Owner,
  destroy: Element,
): Promise<void> {
  const { room, silc, channel, channelId } = owner;
  if (room.self?.affiliation !== 'owner') {
    throw new StanzaError(
      'auth',
      'forbidden',
      text(({ rooms }) => rooms.ownerCloses),
    );
  }
  const end = roomEndOf(destroy);
  if (end.venue !== undefined && tryParseJid(end.venue) === undefined) {
    throw new StanzaError(
      'modify',
      'jid-malformed',
      text(({ rooms }) => rooms.noVenue),
    );
  }
  // The founder key of a channel that has just been made may still be on its way.
  await channel.rights.settled();
  await channel.ownership.ensureFounder(room);
  const isSet = (bit: number): boolean => (channel.mode & bit) !== 0;
  const set = natives(owner).length > 0 && !isSet(ChannelMode.invite) ? ChannelMode.invite : 0;
  // With a founder key the channel would outlive its users, and be its founder's for ever.
  const clear = isSet(ChannelMode.founderAuth) ? ChannelMode.founderAuth : 0;
  if (set !== 0 || clear !== 0) await silc.setChannelMode(channelId, { set, clear });
  await withStanzaErrors('kick', kickNatives(owner, end));
  const rooms: UserRoom[] = [];
  for (const session of sessions.all()) {
    const one = session.rooms.get(room.jid);
    if (one !== undefined) rooms.push(one);
  }
  await channel.begun();
  for (const one of rooms) one.dismiss({ affiliation: 'none', end });
}

/** Those on the channel who are no local users. */
function natives({ channel }: Owner): readonly Occupant[] {
  return [...channel.occupants.values()].filter((occupant) => channel.memberOf(occupant) === undefined);
}

async function kickNatives(owner: Owner, end: RoomEnd): Promise<void> {
  const { silc, channelId, signal } = owner;
  const comment = closingComment(end.reason, venueOnSilc(owner, end));
  const turns = new Semaphore(KICKS);
  for (let round = 0; round < ROUNDS; round++) {
    const present = natives(owner);
    if (present.length === 0) return;
    await Promise.all(
      present.map(({ clientId }) =>
        turns.run(async () => {
          signal.throwIfAborted();
          await silc.kick(channelId, clientId, comment).catch((error: unknown) => {
            if (!(error instanceof SilcCommandError) || !GONE.includes(error.status)) throw error;
          });
        }),
      ),
    );
  }
  if (natives(owner).length === 0) return;
  throw new StanzaError(
    'wait',
    'resource-constraint',
    text(({ rooms }) => rooms.comesAgain),
  );
}

/** A room of this gateway by its name there, another one by its address. */
function venueOnSilc({ room }: Owner, { venue }: RoomEnd): string | undefined {
  if (venue === undefined) return undefined;
  const { addressing } = room.context;
  const address = addressing.parse(venue);
  return address.kind === 'channel' && address.network === room.channel.network
    ? `channel ${address.name}`
    : venue;
}
