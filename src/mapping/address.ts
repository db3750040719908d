import { sha256 } from '@noble/hashes/sha2.js';

import { type Jid, prepareLocal, tryParseJid } from '../component/jid.js';
import { toHex, utf8 } from '../silc/bytes.js';
import { SilcError } from '../silc/errors.js';
import {
  MAX_CHANNEL_NAME_LENGTH,
  MAX_NICKNAME_LENGTH,
  prepareChannelName,
  prepareNickname,
} from '../silc/stringprep/index.js';
import type { XmppError } from './errors.js';
import { escapeName, escapeNotAscii, type LocalKind, unescapeName } from './escape.js';
import { growsBeyond } from './normalised-length.js';
import { isOneWay, isStable } from './preparation.js';
import { type AnyText, text } from '../text/text.js';

/** What every address of this gateway has. `jid` is the canonical bare JID: the only spelling the gateway sends. */
interface Named {
  readonly jid: string;
  readonly network: string;
  /** SILC name in its prepared form: what is compared, and what commands are sent with. */
  readonly name: string;
  /** Empty when there is none. */
  readonly resource: string;
  /** False when the address was another spelling of `jid`, e.g. with the name of the default network. */
  readonly canonical: boolean;
}

/** `gw` or `gw/resource`. */
export interface GatewayAddress {
  readonly kind: 'gateway';
  readonly jid: string;
  readonly resource: string;
  readonly canonical: true;
}
/** `channel%network@gw`. */
export interface ChannelAddress extends Named {
  readonly kind: 'channel';
}
/** `channel%network@gw/occupant`. `name` is the channel's. */
export interface OccupantAddress extends Named {
  readonly kind: 'occupant';
  /** Name of the occupant in the room, as `OccupantNames` assigns it; the same text as `resource`. */
  readonly occupant: string;
}
/** `nick!network@gw`. */
export interface UserAddress extends Named {
  readonly kind: 'user';
  /** The disambiguator; tells users with one nickname apart: `nick*qualifier!network@gw`, see `identity.ts`. Undefined for all of them. */
  readonly qualifier: string | undefined;
}
/** No address of this gateway, and the error that says so. */
export interface InvalidAddress {
  readonly kind: 'invalid';
  readonly error: XmppError;
}
export type Address = GatewayAddress | ChannelAddress | OccupantAddress | UserAddress;

/** The name of a SILC user as it stands in addresses: with the disambiguator where there is one. */
export const qualifiedName = (name: string, qualifier: string | undefined): string =>
  qualifier === undefined ? name : `${name}*${qualifier}`;

export interface AddressingOptions extends AddressedNetworks {
  /** Prepared domain of the component. */
  readonly domain: string;
}

/** Which networks have addresses. */
export interface AddressedNetworks {
  /** Their names, in the order of the configuration. */
  readonly networks: readonly string[];
  /** The network whose name is left out of addresses. */
  readonly defaultNetwork?: string | undefined;
}

/** SILC names to JIDs and back, for one gateway. */
export interface Addressing extends AddressingOptions {
  /** Room of a channel. Total: a name that SILC does not allow still gets an address, which no SILC name has. */
  readonly channelToJid: (network: string, channelName: string) => string;
  /** Address of a SILC user, or with a qualifier of one among several users with the nickname. Total likewise. */
  readonly userToJid: (network: string, nickname: string, qualifier?: string) => string;
  /** Address of an occupant by its name in the room. */
  readonly occupantJid: (network: string, channelName: string, occupantName: string) => string;
  /** Reads an address. Never throws. */
  readonly parse: (text: string | Jid) => Address | InvalidAddress;
}

const NETWORK_NAME = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
const QUALIFIER = /^[0-9a-f]{4,40}$/;

const prepareName: Readonly<Record<LocalKind, (name: string) => string>> = {
  channel: prepareChannelName,
  user: prepareNickname,
};

/** Prepared forms beyond the limit of names, see `normalised-length.ts`. */
const growsWhenPrepared: Readonly<Record<LocalKind, (name: string) => boolean>> = {
  channel: growsBeyond(prepareChannelName, MAX_CHANNEL_NAME_LENGTH),
  user: growsBeyond(prepareNickname, MAX_NICKNAME_LENGTH),
};

/** @throws RangeError for networks that cannot stand in an address. */
export function checkNetworks({ networks, defaultNetwork }: AddressedNetworks): void {
  for (const name of networks) {
    if (!NETWORK_NAME.test(name)) throw new RangeError(`network name ${JSON.stringify(name)}`);
  }
  if (defaultNetwork !== undefined && !networks.includes(defaultNetwork)) {
    throw new RangeError(`default network ${JSON.stringify(defaultNetwork)} is none of the networks`);
  }
}

/**
 * Makes the address functions of a gateway. The networks are looked up anew for each address: they may come and go.
 * @throws RangeError for networks that cannot stand in an address.
 */
export function createAddressing(options: AddressingOptions): Addressing {
  const { domain } = options;
  checkNetworks(options);
  const suffix = (network: string): string => (network === options.defaultNetwork ? '' : network);

  function channelToJid(network: string, channelName: string): string {
    const end = suffix(network);
    return `${localOf('channel', channelName, end === '' ? '' : `%${end}`)}@${domain}`;
  }

  function userToJid(network: string, nickname: string, qualifier?: string): string {
    const mark = qualifier === undefined ? '' : `*${qualifier}`;
    return `${localOf('user', nickname, `${mark}!${suffix(network)}`)}@${domain}`;
  }

  function parse(given: string | Jid): Address | InvalidAddress {
    const address = typeof given === 'string' ? tryParseJid(given) : given;
    if (address === undefined) return malformed(text(({ addresses }) => addresses.noAddress));
    const { local, resource } = address;
    if (address.domain !== domain) return notFound(text(({ addresses }) => addresses.notHere));
    if (local === '') return { kind: 'gateway', jid: domain, resource, canonical: true };
    const parts = splitLocal(local);
    if (parts === undefined) return malformed(text(({ addresses }) => addresses.oneMark));
    const { networks } = options;
    const network = parts.network === '' ? options.defaultNetwork : parts.network;
    if (network === undefined) {
      const example = `${exampleOf(parts.kind, networks[0])}@${domain}`;
      return malformed(text(({ addresses }) => addresses.namesNetwork(example)));
    }
    if (!networks.includes(network)) {
      return notFound(text(({ addresses }) => addresses.noNetwork(network, networks.join(', '))));
    }
    const plain = unescapeName(parts.kind, parts.name);
    const name = plain === undefined ? undefined : preparedName(parts.kind, plain);
    if (name === undefined) return malformed(text(({ errors }) => errors[badNames[parts.kind]]));
    if (parts.kind === 'channel') {
      const own = channelToJid(network, name);
      const fields = { jid: own, network, name, resource, canonical: own === address.bare };
      return resource === ''
        ? { kind: 'channel', ...fields }
        : { kind: 'occupant', ...fields, occupant: resource };
    }
    const { qualifier } = parts;
    const own = userToJid(network, name, qualifier);
    return { kind: 'user', jid: own, network, name, resource, qualifier, canonical: own === address.bare };
  }

  return {
    domain,
    get networks() {
      return options.networks;
    },
    get defaultNetwork() {
      return options.defaultNetwork;
    },
    channelToJid,
    userToJid,
    occupantJid: (network, channelName, occupantName) =>
      `${channelToJid(network, channelName)}/${occupantName}`,
    parse,
  };
}

const badNames = { channel: 'badChannel', user: 'badNickname' } as const;

const exampleOf = (kind: LocalKind, network = 'network'): string =>
  kind === 'channel' ? `channel%${network}` : `nick!${network}`;

interface LocalParts {
  readonly kind: LocalKind;
  /** Still escaped. */
  readonly name: string;
  readonly network: string;
  readonly qualifier: string | undefined;
}

/** Splits a prepared local part; undefined when it cannot be split in one way only. */
function splitLocal(local: string): LocalParts | undefined {
  const bang = local.indexOf('!');
  if (bang >= 0) {
    const [left, network] = [local.slice(0, bang), local.slice(bang + 1)];
    if (network.includes('!')) return undefined;
    // A nickname cannot hold `*`, so the first one begins the qualifier.
    const star = left.indexOf('*');
    if (star < 0) return { kind: 'user', name: left, network, qualifier: undefined };
    const qualifier = left.slice(star + 1);
    if (!QUALIFIER.test(qualifier)) return undefined;
    return { kind: 'user', name: left.slice(0, star), network, qualifier };
  }
  const percent = local.indexOf('%');
  if (percent < 0) return { kind: 'channel', name: local, network: '', qualifier: undefined };
  const network = local.slice(percent + 1);
  // `name%` is no spelling of a name on the default network: a client that lost the end must not reach another room.
  if (network === '' || network.includes('%')) return undefined;
  return { kind: 'channel', name: local.slice(0, percent), network, qualifier: undefined };
}

/** The prepared form of a name, or of an already prepared one; undefined when SILC has no such name. */
function preparedName(kind: LocalKind, name: string): string | undefined {
  try {
    return prepareName[kind](name);
  } catch (cause) {
    if (!(cause instanceof SilcError)) throw cause;
    return growsWhenPrepared[kind](name) ? name : undefined;
  }
}

/** The canonical local part: the first of three forms that stringprep leaves as it is. */
function localOf(kind: LocalKind, name: string, end: string): string {
  const prepared = preparedName(kind, name);
  if (prepared !== undefined) {
    const plain = escapeName(kind, prepared) + end;
    if (isStable(plain, prepareLocal) && isOneWay(plain)) return plain;
    const ascii = escapeNotAscii(escapeName(kind, prepared)) + end;
    if (isStable(ascii, prepareLocal)) return ascii;
  }
  // What a server should not have let pass, or what is too long prepared: an address of its own that leads nowhere,
  // since U+0000 is in no name.
  return `\\{0}${toHex(sha256(utf8(name))).slice(0, 32)}${end}`;
}

function malformed(said: AnyText): InvalidAddress {
  return { kind: 'invalid', error: { type: 'modify', condition: 'jid-malformed', text: said } };
}

function notFound(said: AnyText): InvalidAddress {
  return { kind: 'invalid', error: { type: 'cancel', condition: 'item-not-found', text: said } };
}
