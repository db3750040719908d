import { Reader } from '../bytes.js';
import { SilcError } from '../errors.js';
import type { ServerId } from '../ids.js';
import type { Command } from './command.js';
import { modeList, serverIdValue } from './values.js';
import type { ValueCodec } from './values.js';

export interface StatsRequest {
  readonly serverId: ServerId;
}

/** Counters of a server, its cell (a router and its servers) and the network, as far as the server knows them. */
export interface Statistics {
  /** When the server was started, seconds since 1970. */
  readonly startTime: number;
  /** Seconds since then. */
  readonly uptime: number;
  /** Clients connected to the server. */
  readonly myClients: number;
  /** Channels with such clients. */
  readonly myChannels: number;
  readonly myServerOperators: number;
  readonly myRouterOperators: number;
  readonly cellClients: number;
  readonly cellChannels: number;
  readonly cellServers: number;
  readonly clients: number;
  readonly channels: number;
  readonly servers: number;
  readonly routers: number;
  readonly serverOperators: number;
  readonly routerOperators: number;
}

/** The order of the wire. */
const counters: readonly (keyof Statistics)[] = [
  'startTime',
  'uptime',
  'myClients',
  'myChannels',
  'myServerOperators',
  'myRouterOperators',
  'cellClients',
  'cellChannels',
  'cellServers',
  'clients',
  'channels',
  'servers',
  'routers',
  'serverOperators',
  'routerOperators',
];

export interface StatsReply {
  readonly serverId: ServerId;
  readonly statistics?: Statistics | undefined;
}

/** Fifteen u32; figures that a shorter block lacks are 0, further ones are ignored. */
const statisticsValue: ValueCodec<Statistics> = {
  decode(data, field) {
    if (data.length % 4 !== 0) throw new SilcError('malformed', `${field}: not a list of 32-bit values`);
    const reader = new Reader(data);
    const next = (): number => (reader.remaining === 0 ? 0 : reader.u32(field));
    return {
      startTime: next(),
      uptime: next(),
      myClients: next(),
      myChannels: next(),
      myServerOperators: next(),
      myRouterOperators: next(),
      cellClients: next(),
      cellChannels: next(),
      cellServers: next(),
      clients: next(),
      channels: next(),
      servers: next(),
      routers: next(),
      serverOperators: next(),
      routerOperators: next(),
    };
  },
  encode: (value) => modeList.encode(counters.map((name) => value[name])),
};

/** STATS (draft commands-07, 2.3.11). */
export const stats: Command<StatsRequest, StatsReply> = {
  number: 11,
  name: 'STATS',
  minArguments: 1,
  maxArguments: 1,
  order: 'free',
  strict: false,
  list: false,
  request: {
    decode: (args) => ({ serverId: args.get(1, serverIdValue, 'server ID') }),
    encode: ({ serverId }, out) => void out.put(1, serverIdValue, serverId),
  },
  reply: {
    decode: (args) => ({
      serverId: args.get(2, serverIdValue, 'server ID'),
      statistics: args.find(3, statisticsValue, 'statistics'),
    }),
    encode: ({ serverId, statistics }, out) =>
      void out.put(2, serverIdValue, serverId).maybe(3, statisticsValue, statistics),
  },
};
