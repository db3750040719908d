import { describe, expect, it } from 'vitest';
import { SilcResumeError } from '../../../src/silc/client/resuming.js';
import { commands, encodeReply } from '../../../src/silc/commands/index.js';
import { channelId, type ClientId } from '../../../src/silc/ids.js';
import { channelKeyPayload } from '../../../src/silc/packets/channel-key.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import {
  acceptResume,
  detachedSession,
  resumedId,
  resuming,
  resumingServer,
} from '../../support/resuming-server.js';
import { channelNumber, idOf, keyOf, type ScriptedServer } from '../../support/scripted-server.js';
import { withCode } from '../../support/silc-error.js';
import { EventLog, nextEvent } from '../../support/silc-world.js';

const room = channelNumber(1);
/** Of a server with another address than the scripted one. */
const remoteId = `7f000002${idOf('ann').slice(8)}` as ClientId;

/** A server that answers for the one channel; `topic` as it knows it. */
function answers(server: ScriptedServer, others: readonly ClientId[], topic?: string): void {
  server.person('ann');
  server.people.set(remoteId, { clientId: remoteId, nickname: 'ann', user: 'ann@host' });
  server.on(commands.users, (_request, { ident }) => {
    const members = [server.clientId, ...others];
    return [
      encodeReply(commands.users, ident, { channelId: room, members, memberModes: members.map(() => 0) }),
    ];
  });
  server.on(commands.cmode, (_request, { ident }) => [
    encodeReply(commands.cmode, ident, { channelId: room, mode: 0 }),
  ]);
  server.on(commands.topic, (_request, { ident }) => [
    encodeReply(commands.topic, ident, { channelId: room, topic }),
  ]);
}

const resume = { ...detachedSession, watches: { nicknames: [], publicKeys: [] } };

/** A CHANNEL_KEY that goes to everybody on the channel of this server. */
const keyToChannel = (server: ScriptedServer, n: number): Promise<void> =>
  server.send(
    PacketType.channelKey,
    encodePayload(channelKeyPayload, { channelId: room, cipher: 'aes-256-cbc', key: keyOf(n) }),
    { destination: channelId(room) },
  );

describe('resuming where the server did not know the channel', () => {
  it.each([
    ['none', undefined, 'old', []],
    ['another one', 'new', 'new', [{ topic: 'new' }]],
  ])('a topic is believed where there is one: %s', async (_what, told, topic, events) => {
    const { connecting, far } = resuming({ resume });
    const server = await resumingServer(far, resumedId);
    answers(server, [idOf('ann')], told);
    const session = await connecting;
    expect(session.serverId).not.toBe(resume.server.id);
    const log = new EventLog(session);
    expect(await log.find('resumed')).toMatchObject({ channels: [{ topic }] });
    expect(log.of('topic-changed')).toMatchObject(events);
    session.destroy();
  });

  it('on the same server no topic is none', async () => {
    const probe = resuming({ resume });
    await resumingServer(probe.far, resumedId);
    const { serverId } = await probe.connecting;
    const { connecting, far } = resuming({
      resume: { ...resume, server: { ...resume.server, id: serverId } },
    });
    const server = await resumingServer(far, resumedId);
    answers(server, [idOf('ann')]);
    const session = await connecting;
    const log = new EventLog(session);
    expect(await log.find('resumed')).toMatchObject({ channels: [{ topic: undefined }] });
    expect(log.of('topic-changed')).toMatchObject([{ topic: '' }]);
    session.destroy();
    (await probe.connecting).destroy();
  });
});

describe('a key that the server has made for a resumed session', () => {
  async function unshared(
    other: ClientId,
    keys: (server: ScriptedServer) => Promise<void>,
  ): Promise<readonly string[]> {
    const { connecting, far } = resuming({ resume });
    const server = await resumingServer(far, resumedId);
    answers(server, [other], 'old');
    await keys(server);
    const session = await connecting;
    const { unshared: channels } = await nextEvent(session, 'resumed');
    session.destroy();
    return channels.map(({ name }) => name);
  }

  it('is told as unshared where somebody is on another server', async () => {
    const made = async (server: ScriptedServer): Promise<void> => {
      await server.channelKey(room, 5);
      await keyToChannel(server, 5);
    };
    expect(await unshared(remoteId, made)).toEqual(['channel1']);
    expect(await unshared(idOf('ann'), made)).toEqual([]);
  });

  it('is not, where it was there before, or another has followed', async () => {
    expect(await unshared(remoteId, (server) => server.channelKey(room, 5))).toEqual([]);
    const followed = async (server: ScriptedServer): Promise<void> => {
      await server.channelKey(room, 5);
      await keyToChannel(server, 5);
      await keyToChannel(server, 6);
    };
    expect(await unshared(remoteId, followed)).toEqual([]);
  });
});

describe('a server that ends while a session is resumed', () => {
  it('before it has answered: it can be tried again', async () => {
    const { connecting, far } = resuming();
    const { connection } = await acceptResume(far);
    connection.destroy();
    const error: unknown = await connecting.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'closed' });
    expect(error).not.toBeInstanceOf(SilcResumeError);
  });

  it('after that: nothing is told of the channels, and the end comes last', async () => {
    const { connecting, far } = resuming();
    const server = await resumingServer(far, resumedId);
    const session = await connecting;
    const log = new EventLog(session);
    await server.next(commands.users);
    server.connection.destroy();
    await log.find('closed');
    expect(log.events.map(({ type }) => type)).toEqual(['closed']);
    expect(session.state).toBe('closed');
    await expect(session.detach()).rejects.toThrow(withCode('closed'));
  });
});
