import { type Element, xml } from '../component/stanza.js';
import type { Addressing, ChannelAddress, InvalidAddress, UserAddress } from './address.js';
import { preparedNickname } from './nickname.js';
import { type AnyText, text } from '../text/text.js';

/*
 * XEP-0100, section 6.3: jabber:iq:gateway. A client asks what to type for a contact, and for the address of what was
 * typed.
 */

export const NS_GATEWAY_PROMPT = 'jabber:iq:gateway';

/** Longest text that is looked at, in UTF-16 units: an address of three full parts is longer than any name. */
const MAX_TYPED = 3100;

/** Answer to the question what to type. */
export function promptQuery(addressing: Addressing): Element {
  const { networks, defaultNetwork } = addressing;
  const others = networks.length > 1 || defaultNetwork === undefined;
  return xml(
    'query',
    { xmlns: NS_GATEWAY_PROMPT },
    xml(
      'desc',
      {},
      others
        ? text(({ addresses }) => addresses.typeWithNetwork(networks.join(', ')))
        : text(({ addresses }) => addresses.typeNickname),
    ),
    xml(
      'prompt',
      {},
      text(({ addresses }) => addresses.silcNickname),
    ),
  );
}

/** The text that was typed, undefined in a query that has none. */
export function promptText(query: Element): string | undefined {
  return query.getChild('prompt', NS_GATEWAY_PROMPT)?.getText();
}

/** Before the name of a channel. Who means a nickname that begins with it puts a `!` behind. */
const CHANNEL_SIGN = '#';

/** Who or what was typed. */
export type TypedAddress = UserAddress | ChannelAddress;

/**
 * Reads what was typed: a nickname, `#channel`, either with `@network`, or an address of this gateway as it is.
 * @returns the address, or the error to answer with.
 */
export function typedAddress(given: string, addressing: Addressing): TypedAddress | InvalidAddress {
  const typed = given.trim();
  if (typed === '' || typed.length > MAX_TYPED)
    return refused(text(({ addresses }) => addresses.nothingTyped));
  if (typed.includes('!')) {
    const address = addressing.parse(typed.includes('@') ? typed : `${typed}@${addressing.domain}`);
    return address.kind === 'user' || address.kind === 'invalid'
      ? address
      : refused(text(({ addresses }) => addresses.notUser));
  }
  // Nicknames and names of channels cannot hold an @: what follows is a network, or the gateway.
  const at = typed.lastIndexOf('@');
  if (at > 0 && typed.slice(at + 1).toLowerCase() === addressing.domain) {
    const address = addressing.parse(typed);
    return address.kind === 'channel' || address.kind === 'invalid'
      ? address
      : refused(text(({ addresses }) => addresses.notUser));
  }
  const nickname = at < 0 ? typed : typed.slice(0, at);
  const network = at < 0 ? homeOf(addressing) : typed.slice(at + 1).toLowerCase();
  if (network === undefined) {
    const example = `${nickname}@${addressing.networks[0] ?? 'network'}`;
    return refused(text(({ addresses }) => addresses.sayNetwork(example)));
  }
  if (!addressing.networks.includes(network)) {
    return refused(text(({ addresses }) => addresses.noNetwork(network, addressing.networks.join(', '))));
  }
  if (nickname.startsWith(CHANNEL_SIGN)) {
    const room = addressing.parse(addressing.channelToJid(network, nickname.slice(CHANNEL_SIGN.length)));
    return room.kind === 'channel' ? room : refused(text(({ errors }) => errors.badChannel));
  }
  if (preparedNickname(nickname) === undefined)
    return refused(text(({ addresses }) => addresses.noSuchNickname));
  const address = addressing.parse(addressing.userToJid(network, nickname));
  return address.kind === 'user' ? address : refused(text(({ addresses }) => addresses.noSuchNickname));
}

/** Answer with the address of what was typed. */
export function promptAnswer(address: TypedAddress): Element {
  return xml('query', { xmlns: NS_GATEWAY_PROMPT }, xml('jid', {}, address.jid));
}

/** The network that is meant where none is named: the default one, or the only one. */
function homeOf({ networks, defaultNetwork }: Addressing): string | undefined {
  return defaultNetwork ?? (networks.length === 1 ? networks[0] : undefined);
}

function refused(said: AnyText): InvalidAddress {
  return { kind: 'invalid', error: { type: 'modify', condition: 'not-acceptable', text: said } };
}
