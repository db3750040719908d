import { Reader, utf8, Writer } from '../bytes.js';
import { SilcError } from '../errors.js';
import {
  encodeIdPayload,
  idPayload,
  IdType,
  type ChannelId,
  type ClientId,
  type ServerId,
  type TypedId,
} from '../ids.js';
import { countedArgumentList, findArgument, type Argument } from './argument-list.js';
import { decodePayload, encodePayload } from './codec.js';
import { decodeText } from './text.js';

/** Reads the arguments of one notify by number. Missing ones are undefined, or `malformed` where they are needed. */
export class NotifyArguments {
  readonly #args: readonly Argument[];

  constructor(args: readonly Argument[]) {
    this.#args = args;
  }

  octets(number: number): Uint8Array | undefined {
    return findArgument(this.#args, number);
  }

  text(number: number): string | undefined {
    const octets = this.octets(number);
    return octets === undefined ? undefined : decodeText(octets);
  }

  id(number: number): TypedId | undefined {
    const octets = this.octets(number);
    return octets === undefined ? undefined : typedId(octets);
  }

  needId(number: number): TypedId {
    return this.id(number) ?? missing(number);
  }

  clientId(number: number): ClientId {
    return clientOf(this.needId(number));
  }

  channelId(number: number): ChannelId {
    const id = this.needId(number);
    if (id.type !== IdType.channel) throw new SilcError('malformed', `argument ${number} is no channel ID`);
    return id.id;
  }

  serverId(number: number): ServerId {
    const id = this.needId(number);
    if (id.type !== IdType.server) throw new SilcError('malformed', `argument ${number} is no server ID`);
    return id.id;
  }

  /** Unsigned number of exactly so many octets. */
  number(number: number, width: 1 | 2 | 4): number | undefined {
    const octets = this.octets(number);
    if (octets === undefined) return undefined;
    if (octets.length !== width) throw new SilcError('malformed', `argument ${number} has another length`);
    return octets.reduce((value, octet) => value * 256 + octet, 0);
  }

  needNumber(number: number, width: 1 | 2 | 4): number {
    return this.number(number, width) ?? missing(number);
  }

  list(number: number): readonly Argument[] | undefined {
    const octets = this.octets(number);
    return octets === undefined ? undefined : decodePayload(countedArgumentList, octets);
  }

  /** Client IDs of all arguments behind the first: SERVER_SIGNOFF, whose numbers run over. */
  clientIdsBehindFirst(): readonly ClientId[] {
    return this.#args.slice(1).map(({ data }) => clientOf(typedId(data)));
  }
}

/** The ID in an argument. Octets behind it are tolerated, as the toolkit does. */
function typedId(octets: Uint8Array): TypedId {
  const id = idPayload.decode(new Reader(octets));
  if (id.type === IdType.none) throw new SilcError('malformed', 'notify with an ID of no type');
  return id;
}

function clientOf(id: TypedId): ClientId {
  if (id.type !== IdType.client) throw new SilcError('malformed', 'notify without client ID');
  return id.id;
}

function missing(number: number): never {
  throw new SilcError('malformed', `notify without argument ${number}`);
}

/** The argument values that notifies are made of; undefined stays undefined. */
export const argumentOf = {
  text: (text: string | undefined): Uint8Array | undefined => (text === undefined ? undefined : utf8(text)),
  id: (id: TypedId | undefined): Uint8Array | undefined =>
    id === undefined ? undefined : encodeIdPayload(id),
  u8: (value: number | undefined): Uint8Array | undefined => unsigned(value, (writer, n) => writer.u8(n)),
  u16: (value: number | undefined): Uint8Array | undefined => unsigned(value, (writer, n) => writer.u16(n)),
  u32: (value: number | undefined): Uint8Array | undefined => unsigned(value, (writer, n) => writer.u32(n)),
  list: (list: readonly Argument[] | undefined): Uint8Array | undefined =>
    list === undefined ? undefined : encodePayload(countedArgumentList, list),
};

function unsigned(
  value: number | undefined,
  write: (writer: Writer, value: number) => Writer,
): Uint8Array | undefined {
  return value === undefined ? undefined : write(new Writer(4), value).finish();
}
