import { afterEach, describe, expect, it } from 'vitest';
import { SessionSharing } from '../../../src/silc/client/shared/session-sharing.js';
import { serverId, type ClientId, type ServerId } from '../../../src/silc/ids.js';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { SilcKilledError } from '../../../src/silc/errors.js';
import { idOf, scriptedSession } from '../../support/scripted-server.js';
import { EventLog } from '../../support/session-events.js';

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

async function person(sharing: SessionSharing, nickname: string) {
  const { session, server } = await scriptedSession({ nickname, sharing });
  sessions.push(session);
  return { session, server, log: new EventLog(session) };
}

const killed = (clientId: ClientId) => ({
  type: 'killed' as const,
  clientId,
  comment: 'enough',
  by: serverId('7f000001000000ff' as ServerId),
});

/** All that the server has sent so far has been taken. */
const caughtUp = (session: SilcSession): Promise<number> => session.ping();

describe('a session of whose KILL only another one hears', () => {
  it('is over as if it had been told itself, whichever of the two leads on the channel', async () => {
    for (const leader of ['victim', 'witness'] as const) {
      const sharing = new SessionSharing();
      const [victim, witness] = [await person(sharing, 'victim'), await person(sharing, 'witness')];
      const order = leader === 'victim' ? [victim, witness] : [witness, victim];
      const others: ClientId[] = [];
      for (const { session, server } of order) {
        await server.admit(session, 1, others);
        others.push(session.self.clientId);
      }
      await witness.server.notify(killed(victim.session.self.clientId));
      expect(await victim.log.find('member-left')).toMatchObject({
        self: true,
        cause: { kind: 'killed', comment: 'enough' },
      });
      expect((await victim.log.find('closed')).error).toBeInstanceOf(SilcKilledError);
      await caughtUp(witness.session);
      expect(witness.session.state).toBe('ready');
    }
  });

  it('is another one when the Client ID is one from before, or of somebody else', async () => {
    const sharing = new SessionSharing();
    const [victim, witness] = [await person(sharing, 'victim'), await person(sharing, 'witness')];
    const old = victim.session.self.clientId;
    victim.server.moveClient(idOf('renamed'));
    await victim.server.notify({
      type: 'nick-change',
      oldId: old,
      newId: idOf('renamed'),
      nickname: 'renamed',
    });
    await victim.log.find('nick-changed');
    await witness.server.notify(killed(old));
    await witness.server.notify(killed(idOf('stranger')));
    await caughtUp(witness.session);
    await caughtUp(victim.session);
    expect([victim.session.state, witness.session.state]).toEqual(['ready', 'ready']);
  });

  it('is not ended by a network that it does not belong to', async () => {
    const victim = await person(new SessionSharing(), 'victim');
    const witness = await person(new SessionSharing(), 'witness');
    await witness.server.notify(killed(victim.session.self.clientId));
    await caughtUp(witness.session);
    await caughtUp(victim.session);
    expect(victim.session.state).toBe('ready');
  });
});
