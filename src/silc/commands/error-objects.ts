import type { CommandErrorObject } from '../errors.js';
import type { CommandArgument } from './arguments.js';
import { anyIdValue, octets, text } from './values.js';

/**
 * The objects of an error reply (arguments 2 and 3). Nothing says whether an object is an ID payload
 * or a name; but ID payloads begin with a NUL and have to be of one length, and no name begins so.
 */
export function errorObjects(args: readonly CommandArgument[]): readonly CommandErrorObject[] {
  return [2, 3].flatMap((number) => {
    const data = args.find(({ type }) => type === number)?.data;
    return data === undefined || data.length === 0 ? [] : [errorObject(data)];
  });
}

function errorObject(data: Uint8Array): CommandErrorObject {
  try {
    return data[0] === 0 ? objectOfId(data) : { kind: 'name', name: text.decode(data, 'name') };
  } catch {
    return { kind: 'octets', octets: octets.decode(data, 'object') };
  }
}

function objectOfId(data: Uint8Array): CommandErrorObject {
  const id = anyIdValue.decode(data, 'ID');
  switch (id.type) {
    case 1:
      return { kind: 'server', serverId: id.id };
    case 2:
      return { kind: 'client', clientId: id.id };
    case 3:
      return { kind: 'channel', channelId: id.id };
    default:
      return { kind: 'octets', octets: octets.decode(data, 'object') };
  }
}
