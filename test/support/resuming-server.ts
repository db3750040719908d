import { commands, encodeReply } from '../../src/silc/commands/index.js';
import { clientId, type ClientId } from '../../src/silc/ids.js';
import { authenticateAsServer } from '../../src/silc/ke/connection-auth.js';
import { respond } from '../../src/silc/ke/driver.js';
import { decodePayload, encodePayload } from '../../src/silc/packets/codec.js';
import { newIdPayload } from '../../src/silc/packets/id-payload.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { resumeClientPayload, type ResumeClient } from '../../src/silc/packets/resume-client.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { responderOptions } from './connections.js';
import { ScriptedServer } from './scripted-server.js';

/** Takes a connection up to its RESUME_CLIENT; what is answered is the test's. */
export async function acceptResume(stream: ByteStream) {
  const connection = await respond(stream, responderOptions);
  await authenticateAsServer(connection, {});
  const packet = await connection.receive();
  if (packet?.type !== PacketType.resumeClient) throw new Error('no RESUME_CLIENT');
  const request: ResumeClient = decodePayload(resumeClientPayload, packet.payload);
  return { connection, request };
}

/** A server that resumes whatever it is asked for, with this Client ID. STATS says that it is a router. */
export async function resumingServer(stream: ByteStream, id: ClientId): Promise<ScriptedServer> {
  const { connection } = await acceptResume(stream);
  await connection.send({ type: PacketType.newId, payload: encodePayload(newIdPayload, clientId(id)) });
  connection.setRemoteId(clientId(id));
  const server = new ScriptedServer(connection, { username: '', realName: '' }, id);
  answerStats(server, 1);
  void server.run();
  return server;
}

/** STATS tells of so many routers. */
export function answerStats(server: ScriptedServer, routers: number): void {
  server.on(commands.stats, ({ serverId }, { ident }) => {
    const none = { myClients: 0, myChannels: 0, myServerOperators: 0, myRouterOperators: 0 };
    const cell = { cellClients: 0, cellChannels: 0, cellServers: 0 };
    const all = { clients: 0, channels: 0, servers: 1, routers, serverOperators: 0, routerOperators: 0 };
    const statistics = { startTime: 0, uptime: 0, ...none, ...cell, ...all };
    return [encodeReply(commands.stats, ident, { serverId, statistics })];
  });
}
