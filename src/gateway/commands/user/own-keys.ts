import { StanzaError } from '../../../component/stanza.js';
import type { ClientId } from '../../../silc/ids.js';
import { text } from '../../../text/text.js';
import type { UserRoom } from '../../rooms/user-room.js';
import type { ChatSession } from '../../sessions/chat-session.js';
import { roomAddress, userAddress } from '../ask.js';
import type { CommandCall } from '../command.js';
import type { UserCommandParts } from './parts.js';

/** Longest passphrase of a key, in characters. */
export const MAX_PASSPHRASE = 256;

const refused = (pick: ReturnType<typeof text>): StanzaError =>
  new StanzaError('cancel', 'item-not-found', pick);

interface OneContact {
  readonly silc: ChatSession;
  readonly clientId: ClientId;
  readonly jid: string;
  readonly fingerprint: string | undefined;
}

/** A SILC user, through the user's own session. @throws StanzaError where there is no session, or not that one user */
export async function contactOf(
  { context, sessions }: UserCommandParts,
  { from }: CommandCall,
  typed: string,
): Promise<OneContact> {
  const { network, name, qualifier, jid } = userAddress(context.addressing, typed);
  const session = sessions.find(from, network);
  const { silc } = session ?? {};
  if (session === undefined || silc === undefined) {
    throw refused(text((words) => words.userCommands.notConnected(network)));
  }
  const person = await session.direct.find({ nickname: name, qualifier });
  await session.direct.checkKey(person, jid);
  const { clientId } = person;
  const fingerprint = person.fingerprint ?? (await silc.whoisById(clientId))?.user.fingerprint;
  return { silc, clientId, jid, fingerprint };
}

/** A room that this client is in. @throws StanzaError where it is not */
export async function roomOf(
  { context, sessions }: UserCommandParts,
  { from }: CommandCall,
  typed: string,
): Promise<{ readonly room: UserRoom; readonly link: Awaited<ReturnType<UserRoom['whenJoined']>> }> {
  const address = roomAddress(context.addressing, typed);
  const room = sessions.findRoom(from, address.network, address.jid);
  if (room === undefined) throw refused(text((words) => words.userCommands.notThere(address.jid)));
  return { room, link: await room.whenJoined() };
}
