import { equalBytes } from '../bytes.js';
import type { DiffieHellmanGroupName, HashName } from '../crypto/backend.js';
import {
  isCipherName,
  isGroupName,
  isHashName,
  isHmacName,
  type AlgorithmLists,
  type CipherName,
  type HmacName,
} from '../crypto/algorithms.js';
import { SilcError } from '../errors.js';
import { KeyExchangeFlag, type KeyExchangeStart } from '../packets/key-exchange-start.js';
import { FailureStatus, refuse } from './failure.js';

/** The version string this engine sends: protocol 1.2; peers may demand a software version from 1.1.12 on. */
export const DEFAULT_VERSION = 'SILC-1.2-1.1.13 silc-xmpp-gateway';

/** Longest software version string that is sent or taken. */
const MAX_VERSION_LENGTH = 256;

/** Names in one list of a proposal; the toolkit sends at most nine. */
const MAX_LIST_NAMES = 64;

/** Algorithm lists of a key exchange, wire names, most wanted first. The peer takes the first of each that it has. */
export interface AlgorithmProposal {
  /** Also known: `diffie-hellman-group3`, which silcd has not. */
  readonly groups: readonly string[];
  /** `aes` or `twofish`, 256, 192 or 128 bits, `cbc`; `aes` also `ctr`: as in `aes-256-cbc`. */
  readonly ciphers: readonly string[];
  /** `sha256`, `sha1`; weak: `md5`. */
  readonly hashes: readonly string[];
  /** `hmac-sha256-96`, `hmac-sha1-96`, and in full length without `-96`; weak: those of `md5`. */
  readonly hmacs: readonly string[];
}

/** What two peers agreed on. */
export interface NegotiatedAlgorithms {
  readonly group: DiffieHellmanGroupName;
  readonly cipher: CipherName;
  readonly hash: HashName;
  readonly hmac: HmacName;
}

/** Which names a side is willing to use. */
export type Supported = Omit<AlgorithmLists, 'pkcs'>;

/**
 * Checked algorithm lists of wire names that an application gave; missing lists are taken from `defaults`.
 * @throws SilcError `usage` on a name this engine does not have, or an empty list
 */
export function checkedProposal(
  proposal: Partial<AlgorithmProposal> | undefined,
  defaults: Supported,
): Supported {
  return {
    groups: checkedList('group', proposal?.groups, isGroupName, defaults.groups),
    ciphers: checkedList('cipher', proposal?.ciphers, isCipherName, defaults.ciphers),
    hashes: checkedList('hash function', proposal?.hashes, isHashName, defaults.hashes),
    hmacs: checkedList('HMAC', proposal?.hmacs, isHmacName, defaults.hmacs),
  };
}

function checkedList<Name extends string>(
  what: string,
  names: readonly string[] | undefined,
  known: (name: string) => name is Name,
  defaults: readonly Name[],
): readonly Name[] {
  if (names === undefined) return defaults;
  const checked = names.filter(known);
  if (checked.length === 0 || checked.length !== names.length) {
    throw new SilcError('usage', `proposal with no or with an unknown ${what}`);
  }
  return checked;
}

/** The initiator's start payload: all lists in order of preference, no compression. */
export function proposalFields(
  supported: Supported,
  options: {
    readonly cookie: Uint8Array;
    readonly version: string;
    readonly mutual: boolean;
    readonly pfs: boolean;
  },
): KeyExchangeStart {
  return {
    flags: (options.mutual ? KeyExchangeFlag.mutual : 0) | (options.pfs ? KeyExchangeFlag.pfs : 0),
    cookie: options.cookie,
    version: options.version,
    groups: supported.groups,
    pkcs: ['rsa'],
    ciphers: supported.ciphers,
    hashes: supported.hashes,
    hmacs: supported.hmacs,
    compressions: ['none'],
  };
}

/** What a responder answers to a proposal, and what both use from then on. */
export interface Selection {
  readonly reply: KeyExchangeStart;
  readonly algorithms: NegotiatedAlgorithms;
}

/**
 * The responder's choice: of each list the initiator's first name that is supported here. Unknown names are skipped,
 * IV_INCLUDED is stripped, MUTUAL and PFS are kept and added where this side wants them.
 * @throws SilcKeyExchangeError with the status for the FAILURE packet
 */
export function select(
  proposal: KeyExchangeStart,
  supported: Supported,
  options: { readonly version: string; readonly mutual: boolean; readonly pfs: boolean },
): Selection {
  checkVersion(proposal.version);
  const algorithms: NegotiatedAlgorithms = {
    group: first(proposal.groups, supported.groups, FailureStatus.unsupportedGroup),
    cipher: first(proposal.ciphers, supported.ciphers, FailureStatus.unsupportedCipher),
    hash: first(proposal.hashes, supported.hashes, FailureStatus.unsupportedHash),
    hmac: first(proposal.hmacs, supported.hmacs, FailureStatus.unsupportedHmac),
  };
  const pkcs = first(proposal.pkcs, ['rsa'], FailureStatus.unsupportedPkcs);
  const wanted = (options.mutual ? KeyExchangeFlag.mutual : 0) | (options.pfs ? KeyExchangeFlag.pfs : 0);
  return {
    algorithms,
    reply: {
      flags: (proposal.flags & (KeyExchangeFlag.mutual | KeyExchangeFlag.pfs)) | wanted,
      cookie: proposal.cookie,
      version: options.version,
      groups: [algorithms.group],
      pkcs: [pkcs],
      ciphers: [algorithms.cipher],
      hashes: [algorithms.hash],
      hmacs: [algorithms.hmac],
      compressions: selectCompression(proposal.compressions),
    },
  };
}

/**
 * The initiator's check of the responder's choice: the cookie came back, IV_INCLUDED is off, and each list holds one
 * name, and one that was proposed.
 * @throws SilcKeyExchangeError with the status for the FAILURE packet
 */
export function acceptSelection(
  reply: KeyExchangeStart,
  proposed: Supported,
  cookie: Uint8Array,
): NegotiatedAlgorithms {
  if (!equalBytes(reply.cookie, cookie)) throw refuse(FailureStatus.invalidCookie);
  checkVersion(reply.version);
  if ((reply.flags & KeyExchangeFlag.ivIncluded) !== 0) throw refuse(FailureStatus.badPayload, 'IV included');
  if (reply.compressions.some((name) => name !== 'none')) {
    throw refuse(FailureStatus.badPayload, 'compression was not proposed');
  }
  only(reply.pkcs, ['rsa'], FailureStatus.unsupportedPkcs);
  return {
    group: only(reply.groups, proposed.groups, FailureStatus.unsupportedGroup),
    cipher: only(reply.ciphers, proposed.ciphers, FailureStatus.unsupportedCipher),
    hash: only(reply.hashes, proposed.hashes, FailureStatus.unsupportedHash),
    hmac: only(reply.hmacs, proposed.hmacs, FailureStatus.unsupportedHmac),
  };
}

/** `SILC-<major>.<minor>-<software version> …`; any protocol version is taken, as the toolkit does. */
export function checkVersion(version: string): void {
  if (version.length > MAX_VERSION_LENGTH || !/SILC-\d+\.\d+-/.test(version)) {
    throw refuse(FailureStatus.badVersion);
  }
}

function first<Name extends string>(
  list: readonly string[],
  supported: readonly Name[],
  status: FailureStatus,
): Name {
  for (const name of list.slice(0, MAX_LIST_NAMES)) {
    const found = supported.find((candidate) => candidate === name);
    if (found !== undefined) return found;
  }
  throw refuse(status);
}

function only<Name extends string>(
  chosen: readonly string[],
  proposed: readonly Name[],
  status: FailureStatus,
): Name {
  const found = proposed.find((candidate) => candidate === chosen[0]);
  if (found === undefined || chosen.length !== 1)
    throw refuse(status, 'the responder chose what was not proposed');
  return found;
}

/** A list with several names is answered with `none` where it has it; a single name is answered with an empty field. */
function selectCompression(list: readonly string[]): readonly string[] {
  return list.length > 1 && list.includes('none') ? ['none'] : [];
}
