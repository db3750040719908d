import { afterEach, expect, it } from 'vitest';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { SilcError, SilcInDoubtError } from '../../../../src/silc/errors.js';
import { EventLog } from '../../../support/session-events.js';
import { scriptedSession } from '../../../support/scripted-server.js';

const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

it('a message that comes to a link which the server has ended was certainly not sent, and the end is told first', async () => {
  const { session, server } = await scriptedSession();
  sessions.push(session);
  const { id } = await server.admit(session, 1);
  const story: string[] = [];
  session.subscribe(({ type }) => {
    if (type === 'closed') story.push(type);
  });
  server.connection.destroy();
  const failure: unknown = await session.say(id, 'is anybody there').catch((error: unknown) => {
    story.push('not said');
    return error;
  });
  expect(failure).toBeInstanceOf(SilcError);
  expect(failure).not.toBeInstanceOf(SilcInDoubtError);
  // Whoever keeps it for the next link has to know by then that this one is over.
  expect(story).toEqual(['closed', 'not said']);
});

it('what the server has said before it ended the link is heard, though something is written to it meanwhile', async () => {
  const { session, server } = await scriptedSession();
  sessions.push(session);
  const { id } = await server.admit(session, 1);
  const log = new EventLog(session);
  session.setReadPaused(true);
  await server.notify({ type: 'killed', clientId: server.clientId, comment: 'spam' });
  server.connection.destroy();
  const saying = session.say(id, 'is anybody there');
  setImmediate(() => session.setReadPaused(false));
  await expect(saying).rejects.toBeInstanceOf(SilcError);
  expect(log.of('closed').map(({ error }) => error?.name)).toEqual(['SilcKilledError']);
});
