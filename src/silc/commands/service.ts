import type { Command } from './command.js';
import { octets, text } from './values.js';

/** Asks for the services of a server, or for one of them. */
export interface ServiceRequest {
  readonly service?: string | undefined;
  /** Authentication Payload. */
  readonly auth?: Uint8Array | undefined;
  /** Further arguments, whose meaning is the service's. */
  readonly parameters?: readonly Uint8Array[] | undefined;
}

export interface ServiceReply {
  /** Names, separated by commas. */
  readonly services?: string | undefined;
  /** The service that was asked for, where it is granted. */
  readonly service?: string | undefined;
  readonly parameters?: readonly Uint8Array[] | undefined;
}

/** SERVICE (draft commands-07, 2.3.27). The drafts define no service; silcd answers with a plain OK. */
export const service: Command<ServiceRequest, ServiceReply> = {
  number: 27,
  name: 'SERVICE',
  minArguments: 0,
  maxArguments: 256,
  order: 'own-kind',
  strict: true,
  list: false,
  // 1 service, 2 authentication, 3… parameters
  request: {
    decode: (args) => ({
      service: args.find(1, text, 'service'),
      auth: args.find(2, octets, 'authentication'),
      parameters: args.from(3, octets, 'parameter'),
    }),
    encode({ service: name, auth, parameters = [] }, out) {
      out.maybe(1, text, name).maybe(2, octets, auth);
      parameters.forEach((parameter, i) => out.put(3 + i, octets, parameter));
    },
  },
  // 2 services, 3 service, 4… parameters
  reply: {
    decode: (args) => ({
      services: args.find(2, text, 'services'),
      service: args.find(3, text, 'service'),
      parameters: args.from(4, octets, 'parameter'),
    }),
    encode({ services, service: name, parameters = [] }, out) {
      out.maybe(2, text, services).maybe(3, text, name);
      parameters.forEach((parameter, i) => out.put(4 + i, octets, parameter));
    },
  },
};
