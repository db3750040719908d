import { afterEach, expect, it } from 'vitest';
import { SessionSharing } from '../../../../src/silc/client/shared/session-sharing.js';
import type { SilcSession } from '../../../../src/silc/client/types.js';
import { clientId } from '../../../../src/silc/ids.js';
import type { ClientId } from '../../../../src/silc/ids.js';
import { keyPairNamed } from '../../../support/silc-world.js';
import {
  channelNumber,
  idOf,
  scriptedSession,
  type ScriptedServer,
} from '../../../support/scripted-server.js';
import { EventLog } from '../../../support/session-events.js';

/*
 * A network join gives a channel another ID. A session that joins it then is on the channel of the new ID before the
 * others have heard of the change, and changes over to it.
 */

const [oldId, newId] = [channelNumber(1), channelNumber(9)];
const [zoe, zed, zac] = ['zoe', 'zed', 'zac'].map((name) => idOf(name)) as [ClientId, ClientId, ClientId];

interface One {
  readonly session: SilcSession;
  readonly server: ScriptedServer;
  readonly log: EventLog;
}

const sharing = new SessionSharing();
const sessions: SilcSession[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.destroy();
});

async function one(nickname: string, channel: number, others: readonly ClientId[]): Promise<One> {
  const { session, server } = await scriptedSession({ sharing, nickname, keyPair: keyPairNamed(nickname) });
  sessions.push(session);
  for (const name of ['zoe', 'zed', 'zac']) server.person(name);
  const log = new EventLog(session);
  await server.admit(session, channel, others);
  await new Promise(setImmediate);
  log.clear();
  return { session, server, log };
}

const told = ({ log }: One): readonly string[] =>
  log.events.flatMap((event) =>
    event.type === 'member-joined'
      ? [`+${event.member.user.nickname ?? '?'}`]
      : event.type === 'member-left'
        ? [`-${event.user.nickname ?? '?'}`]
        : event.type === 'topic-changed'
          ? [event.topic]
          : [],
  );

it('sessions that come from the same channel under another ID: what was told there and is not so is made good', async () => {
  const [ann, bob] = [idOf('ann'), idOf('bob')];
  const first = await one('ann', 1, [zoe, zed]);
  const second = await one('bob', 1, [ann, zoe, zed]);
  await first.server.tellChannel(oldId, { type: 'join', clientId: bob, channelId: oldId });
  await first.server.tellChannel(oldId, { type: 'topic-set', by: clientId(zoe), topic: 'old' });
  await first.session.ping();
  expect(told(first)).toEqual(['+bob', 'old']);
  const third = await one('cat', 9, [ann, bob, zoe, zac]);
  await first.server.notify({ type: 'channel-change', oldId, newId });
  await first.session.ping();
  expect(told(third)).toEqual(['-zed', '+cat', '+zac', '']);
  third.log.clear();
  await second.server.notify({ type: 'channel-change', oldId, newId });
  await second.session.ping();
  expect([first, second, third].map(({ session }) => session.leads(newId))).toEqual([false, false, true]);
  const names = [...(second.session.channels.get(newId)?.members.keys() ?? [])].sort();
  expect(names).toEqual([ann, bob, idOf('cat'), zoe, zac].sort());
  third.log.clear();
  await third.server.tellChannel(newId, { type: 'leave', clientId: zac });
  await third.session.ping();
  third.session.destroy();
  expect(told(third)).toEqual(['-zac']);
});
