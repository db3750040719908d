import { afterEach, describe, expect, it } from 'vitest';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { commands, encodeReply } from '../../../../src/silc/commands/index.js';
import { clientId } from '../../../../src/silc/ids.js';
import type { ClientId } from '../../../../src/silc/ids.js';
import { ChannelUserMode } from '../../../../src/silc/modes.js';
import { keyPairNamed } from '../../../support/silc-world.js';
import {
  channelNumber,
  idOf,
  scriptedSession,
  type ScriptedServer,
} from '../../../support/scripted-server.js';

/*
 * A mask of CUMODE is complete. A session that follows makes it of what it knows itself where it has heard more than the
 * one who leads, which here has heard nothing.
 */

const room = channelNumber(1);
const [ann, bob, zoe] = ['ann', 'bob', 'zoe'].map((name) => idOf(name)) as [ClientId, ClientId, ClientId];
const { operator, quiet } = ChannelUserMode;

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

/** Ann leads; bob follows and is an operator. */
async function bobFollows(): Promise<{ session: SilcSession; server: ScriptedServer }> {
  const sharing = new SessionSharing();
  for (const nickname of ['ann', 'bob']) {
    const { session, server } = await scriptedSession({ sharing, nickname, keyPair: keyPairNamed(nickname) });
    sessions.push(session);
    server.person('zoe');
    await server.admit(session, 1, nickname === 'ann' ? [zoe] : [zoe, ann]);
    if (nickname === 'ann') continue;
    await tellMode(server, bob, operator);
    await session.ping();
    expect(session.leads(room)).toBe(false);
    return { session, server };
  }
  return expect.unreachable();
}

const tellMode = (server: ScriptedServer, target: ClientId, mode: number, by = zoe): Promise<void> =>
  server.tellChannel(room, { type: 'cumode-change', by: clientId(by), mode, target });

async function listMode(server: ScriptedServer, mode: number): Promise<void> {
  const { ident } = await server.next(commands.users);
  const reply = { channelId: room, members: [bob, ann, zoe], memberModes: [operator, 0, mode] };
  await server.reply(encodeReply(commands.users, ident, reply));
}

/** Answers the next CUMODE; its mask. */
async function setMode(server: ScriptedServer): Promise<number> {
  const { request, ident } = await server.next(commands.cumode);
  const { mode, clientId: target } = request;
  await tellMode(server, target, mode, bob);
  await server.reply(encodeReply(commands.cumode, ident, { mode, channelId: room, clientId: target }));
  return mode;
}

describe('the mode of a member, changed by a session that follows', () => {
  it('keeps what somebody else has changed and the one who leads has not heard', async () => {
    const { session, server } = await bobFollows();
    await tellMode(server, zoe, operator);
    await session.ping();
    const changing = session.setMemberMode(room, zoe, { set: quiet });
    await listMode(server, operator);
    expect(await setMode(server)).toBe(operator | quiet);
    await changing;
  });

  it('keeps its own change of before', async () => {
    const { session, server } = await bobFollows();
    const first = session.setMemberMode(room, zoe, { set: operator });
    expect(await setMode(server)).toBe(operator);
    await first;
    const second = session.setMemberMode(room, zoe, { set: quiet });
    await listMode(server, operator);
    expect(await setMode(server)).toBe(operator | quiet);
    await second;
    expect(server.seen.filter((name) => name === 'USERS')).toHaveLength(1);
  });

  it('keeps what somebody else changes after the server has listed the member', async () => {
    const { session, server } = await bobFollows();
    await tellMode(server, zoe, operator);
    await session.ping();
    const changing = session.setMemberMode(room, zoe, { set: quiet });
    await listMode(server, operator);
    const { request, ident } = await server.next(commands.cumode);
    expect(request.mode).toBe(operator | quiet);
    await tellMode(server, zoe, 0);
    await tellMode(server, zoe, operator | quiet, bob);
    await server.reply(
      encodeReply(commands.cumode, ident, { mode: operator | quiet, channelId: room, clientId: zoe }),
    );
    expect(await setMode(server)).toBe(quiet);
    await changing;
  });

  it('is the own one also where the one who leads has not heard of the JOIN', async () => {
    const { session, server } = await bobFollows();
    const changing = session.setMemberMode(room, bob, { clear: operator });
    expect(await setMode(server)).toBe(0);
    await changing;
    expect(server.seen).not.toContain('USERS');
  });
});
