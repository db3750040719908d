import { commands } from '../commands/index.js';
import { serverId } from '../ids.js';
import { Status } from '../status.js';
import { demand, handler, Refusal, type CommandHandler } from './command-handler.js';
import type { ServerNetwork } from './network.js';

/** INFO, PING, MOTD, STATS, and the commands that this server refuses (draft commands-07, 2.3). */

/** What INFO and MOTD tell. */
export interface ServerTexts {
  readonly info: string;
  readonly motd: string | undefined;
}

export function serverCommands(texts: ServerTexts): readonly (readonly [number, CommandHandler])[] {
  const info = handler(commands.info, (request, { network, reply }) => {
    const own =
      (request.serverName === undefined || request.serverName === network.name) &&
      (request.serverId === undefined || request.serverId === network.id);
    if (!own) throw new Refusal(Status.noSuchServer, request.serverName);
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
  const stats = handler(commands.stats, (_request, { network, reply }) => {
    reply({ serverId: network.id, statistics: statisticsOf(network) });
  });
  return [info, ping, motd, stats, ...refused];
}

/** Commands that are known and not offered, each with the status silcd has for that. */
const refused = [
  handler(commands.oper, () => demand(Status.authFailed)),
  handler(commands.silcoper, () => demand(Status.authFailed)),
];

function statisticsOf(network: ServerNetwork) {
  const uptime = Math.floor((performance.now() - network.startedAt) / 1000);
  return {
    startTime: Math.floor(Date.now() / 1000) - uptime,
    uptime,
    myClients: network.clients.size,
    myChannels: network.channels.size,
    myServerOperators: 0,
    myRouterOperators: 0,
    cellClients: network.clients.size,
    cellChannels: network.channels.size,
    cellServers: 1,
    clients: network.clients.size,
    channels: network.channels.size,
    servers: 1,
    // Clients take this for the sign that watches work (protocol section 6), and here they do.
    routers: 1,
    serverOperators: 0,
    routerOperators: 0,
  };
}
