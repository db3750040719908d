import { commands } from '../commands/index.js';
import type { Statistics } from '../commands/stats.js';
import { serverId } from '../ids.js';
import { UserMode } from '../modes.js';
import { Status } from '../status.js';
import { handler, type CommandHandler } from './command-handler.js';
import { demand } from './refusal.js';
import type { ServerNetwork } from './network.js';
import { monotonicMs } from '../../util/clock.js';

/** INFO, PING, MOTD, STATS, SERVICE (draft commands-07, 2.3). */

/** What INFO and MOTD tell. */
export interface ServerTexts {
  readonly info: string;
  readonly motd: string | undefined;
}

export function serverCommands(texts: ServerTexts): readonly (readonly [number, CommandHandler])[] {
  const info = handler(commands.info, (request, { network, reply }) => {
    const { serverName = network.name, serverId: id = network.id } = request;
    demand(id === network.id ? 0 : Status.noSuchServerId, serverId(id));
    demand(serverName === network.name ? 0 : Status.noSuchServer, serverName);
    reply({ serverId: network.id, name: network.name, text: texts.info });
  });
  const ping = handler(commands.ping, (request, { network, reply }) => {
    demand(request.serverId === network.id ? 0 : Status.noSuchServerId, serverId(request.serverId));
    reply({});
  });
  const motd = handler(commands.motd, (request, { network, reply }) => {
    demand(request.serverName === network.name ? 0 : Status.noSuchServer, request.serverName);
    reply({ serverId: network.id, motd: texts.motd });
  });
  const stats = handler(commands.stats, (request, { network, reply }) => {
    demand(request.serverId === network.id ? 0 : Status.noSuchServerId, serverId(request.serverId));
    reply({ serverId: network.id, statistics: statisticsOf(network) });
  });
  return [info, ping, motd, stats, service];
}

/** There are no services; silcd grants none either, and says so by a plain OK. */
const service = handler(commands.service, (_request, { reply }) => reply({}));

function statisticsOf(network: ServerNetwork): Statistics {
  const uptime = Math.floor((monotonicMs() - network.startedAt) / 1000);
  const holders = (bit: number): number =>
    [...network.clients.values()].filter(({ mode }) => (mode & bit) !== 0).length;
  const serverOperators = holders(UserMode.serverOperator);
  const routerOperators = holders(UserMode.routerOperator);
  return {
    startTime: Math.floor(Date.now() / 1000) - uptime,
    uptime,
    myClients: network.clients.size,
    myChannels: network.channels.size,
    myServerOperators: serverOperators,
    myRouterOperators: routerOperators,
    cellClients: network.clients.size,
    cellChannels: network.channels.size,
    cellServers: 1,
    clients: network.clients.size,
    channels: network.channels.size,
    servers: 1,
    // Clients take this for the sign that watches work, and here they do.
    routers: 1,
    serverOperators,
    routerOperators,
  };
}
