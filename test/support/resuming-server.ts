import { connectSession } from '../../src/silc/client/connect.js';
import type { DetachedSession } from '../../src/silc/client/detached-session.js';
import type { ConnectOptions } from '../../src/silc/client/types.js';
import { commands, encodeReply } from '../../src/silc/commands/index.js';
import { clientId, type ClientId } from '../../src/silc/ids.js';
import { authenticateAsServer } from '../../src/silc/ke/connection-auth.js';
import { respond } from '../../src/silc/ke/driver.js';
import { streamPair } from '../../src/silc/memory-stream.js';
import { decodePayload, encodePayload } from '../../src/silc/packets/codec.js';
import { newIdPayload } from '../../src/silc/packets/id-payload.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import { resumeClientPayload, type ResumeClient } from '../../src/silc/packets/resume-client.js';
import type { ByteStream } from '../../src/silc/stream.js';
import { initiatorOptions, responderOptions } from './connections.js';
import { channelNumber, idOf, ScriptedServer } from './scripted-server.js';

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

/** The Client ID of {@link detachedSession}. */
export const resumedId = idOf('me');
/** A session with one channel, a watched nickname, and a key that is none. */
export const detachedSession: DetachedSession = {
  clientId: resumedId,
  nickname: 'me',
  userMode: 0,
  server: { id: '7f000001000000ff' as DetachedSession['server']['id'], fingerprint: '00'.repeat(20) },
  channels: [
    {
      ...{ name: 'channel1', id: channelNumber(1), mode: 0, topic: 'old', userLimit: undefined },
      hmac: 'hmac-sha1-96',
      members: [
        { clientId: resumedId, nickname: 'me', mode: 3 },
        { clientId: idOf('ann'), nickname: 'ann', mode: 0 },
      ],
    },
  ],
  watches: { nicknames: ['zoe'], publicKeys: ['00'] },
  negotiatedWith: [],
};

/** A session that is being resumed over a stream in memory, and the server's end of it. */
export function resuming(more: Partial<ConnectOptions> = {}) {
  const [near, far] = streamPair();
  const connecting = connectSession({
    host: 'silc.test',
    keyPair: initiatorOptions.keyPair,
    proposal: { groups: ['diffie-hellman-group1'] },
    auth: { method: 'none' },
    nickname: 'me',
    username: 'user',
    verifyServerKey: () => true,
    resume: detachedSession,
    ...more,
    stream: near,
  });
  connecting.catch(() => undefined);
  return { connecting, far };
}
