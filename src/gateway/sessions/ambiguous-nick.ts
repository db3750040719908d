import { StanzaError } from '../../component/stanza.js';
import type { Addressing } from '../../mapping/address.js';
import { hasDisambiguator, disambiguatorsOf } from '../../mapping/identity.js';
import { addressInText } from '../../mapping/uri.js';
import type { User } from '../../silc/client/types.js';
import type { ClientId } from '../../silc/ids.js';
import type { Channel } from '../channels/channel.js';
import type { Occupant } from '../channels/occupants.js';
import { text } from '../../text/text.js';

/** Address of a user with the shortest disambiguator that none of the other users with the nickname has. */
export function disambiguatedAddress(
  addressing: Addressing,
  network: string,
  user: Pick<User, 'clientId' | 'nickname' | 'fingerprint'>,
  usersWithNick: readonly User[],
): string {
  const disambiguator = disambiguatorsOf(user).find((candidate) =>
    usersWithNick.every((other) => other.clientId === user.clientId || !hasDisambiguator(other, candidate)),
  );
  return addressing.userToJid(network, user.nickname ?? '', disambiguator);
}

/** The refusal (cancel/conflict) of what was meant for one user and fits several: it names the addresses that work. */
export function ambiguous(
  addressing: Addressing,
  network: string,
  nickname: string,
  users: readonly User[],
): StanzaError {
  const addresses = users
    .map((user) => disambiguatedAddress(addressing, network, user, users))
    .map((address) => addressInText(address, 'message'));
  return new StanzaError(
    'cancel',
    'conflict',
    text(({ people }) => people.ambiguous(nickname, addresses.join(', '))),
  );
}

/** Those who rooms show under a user address, each once: it means them while it is shown. @param address prepared nickname, and disambiguator */
export function shownAs(
  rooms: Iterable<{ readonly channel: Channel }>,
  address: { readonly name: string; readonly qualifier: string | undefined },
): readonly Occupant[] {
  const shown = new Map<ClientId, Occupant>();
  for (const { channel } of rooms) {
    const occupant = channel.occupants.byAddress(address.name, address.qualifier);
    if (occupant !== undefined) shown.set(occupant.clientId, occupant);
  }
  return [...shown.values()];
}
