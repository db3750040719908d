import { nicknameOfMask } from '../../mapping/ban-mask.js';
import { ChannelUserMode } from '../../silc/modes.js';
import { Semaphore } from '../../util/semaphore.js';
import type { Occupant } from '../channels/occupants.js';
import type { Deeds } from './deeds.js';
import type { People, Place } from './people.js';

/** KICKs under way at once: a crowd must not take all the commands of the owner's session. */
const KICKS = 8;
const RANKS = ChannelUserMode.founder | ChannelUserMode.operator;

/**
 * XEP-0045, 10.2: who is no member is put out of a room that is for members from now on. SILC lets everybody stay who is there; so the
 * owner kicks them. Members are those whom the gateway keeps as such, whoever has an entry in the invite list, and operators.
 * @throws StanzaError, SilcError
 */
export async function putOutNonMembers(place: Place, people: People, deeds: Deeds): Promise<void> {
  const { channel, room, silc, channelId } = place;
  const entries = await silc.channelControl.entries(channelId, 'invite');
  const keys = new Set(
    entries.flatMap((entry) => (entry.kind === 'key' ? people.fingerprintOf(entry.key) : [])),
  );
  const nicknames = new Set(
    entries.flatMap((entry) => (entry.kind === 'mask' ? (nicknameOfMask(entry.mask) ?? []) : [])),
  );
  const clients = new Set(entries.flatMap((entry) => (entry.kind === 'client' ? entry.clientId : [])));
  const isMember = (occupant: Occupant): boolean =>
    occupant.clientId === room.self?.clientId ||
    (occupant.mode & RANKS) !== 0 ||
    channel.affiliationOf(occupant) !== undefined ||
    keys.has(occupant.fingerprint ?? '') ||
    clients.has(occupant.clientId) ||
    nicknames.has(occupant.nickname ?? '');
  const turns = new Semaphore(KICKS);
  const others = [...channel.occupants.values()].filter((occupant) => !isMember(occupant));
  await Promise.all(
    others.map((occupant) =>
      turns.run(() => deeds.expel(place, occupant, { actor: room.self, reason: undefined })),
    ),
  );
}
