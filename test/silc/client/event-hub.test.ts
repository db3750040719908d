import { afterEach, describe, expect, it } from 'vitest';
import { EventHub } from '../../../src/silc/client/event-hub.js';
import type { SessionEvent, SilcSession } from '../../../src/silc/client/types.js';
import { commands } from '../../../src/silc/commands/index.js';
import { channelNumber, scriptedSession } from '../../support/scripted-server.js';
import { EventLog } from '../../support/session-events.js';

const notice = (text: string): SessionEvent => ({ type: 'server-notice', text });
const textOf = (event: SessionEvent) => (event.type === 'server-notice' ? event.text : event.type);

describe('events', () => {
  it('reach every listener in one order, also where the first one causes more', async () => {
    const hub = new EventHub();
    const heard: string[][] = [[], []];
    hub.subscribe((event) => {
      heard[0]?.push(textOf(event));
      if (textOf(event) === 'one') hub.emit(notice('caused'));
    });
    hub.subscribe((event) => heard[1]?.push(textOf(event)));
    hub.emit(notice('one'));
    hub.emit(notice('two'));
    await Promise.resolve();
    hub.emit(notice('three'));
    expect(heard[0]).toEqual(['one', 'two', 'caused', 'three']);
    expect(heard[1]).toEqual(heard[0]);
  });

  it('wait for the first listener, the newest 256 of them', async () => {
    const hub = new EventHub();
    for (let n = 0; n < 300; n++) hub.emit(notice(String(n)));
    const heard: string[] = [];
    hub.subscribe((event) => heard.push(textOf(event)));
    await Promise.resolve();
    expect([heard.length, heard[0], heard.at(-1)]).toEqual([256, '44', '299']);
  });

  it('go on after a listener has thrown, and not to one that was removed', async () => {
    const errors: unknown[] = [];
    const hub = new EventHub((error) => errors.push(error));
    const heard: string[] = [];
    hub.subscribe(() => {
      throw new Error('no');
    });
    const remove = hub.subscribe((event) => heard.push(textOf(event)));
    hub.emit(notice('one'));
    await Promise.resolve();
    remove();
    hub.emit(notice('two'));
    expect(heard).toEqual(['one']);
    expect(errors).toHaveLength(2);
  });
});

describe('the end of a session', () => {
  const sessions: SilcSession[] = [];
  afterEach(() => {
    for (const session of sessions.splice(0)) session.destroy();
  });

  it('is told once and last, also where a listener ends it at what it hears', async () => {
    const { session, server } = await scriptedSession();
    sessions.push(session);
    const first = new EventLog(session);
    session.subscribe(({ type }) => {
      if (type === 'server-notice' || type === 'private-message') session.destroy();
    });
    const second = new EventLog(session);
    await server.notify({ type: 'none', text: 'going down' });
    await second.find('closed');
    expect(first.events.map(({ type }) => type)).toEqual(['server-notice', 'closed']);
    expect(second.events).toEqual(first.events);
  });

  it('is told once where what was held back makes a listener end it', async () => {
    const { session, server } = await scriptedSession();
    sessions.push(session);
    const log = new EventLog(session);
    session.subscribe(({ type }) => {
      if (type === 'invited') session.destroy();
    });
    // The name of who invites is never told.
    server.on(commands.whois, () => []);
    const [channelId, inviter] = [channelNumber(1), server.person('ann')];
    await server.notify({ type: 'invite', channelId, channelName: 'tea', inviter });
    await session.ping();
    session.destroy();
    expect(log.events.map(({ type }) => type)).toEqual(['invited', 'closed']);
  });
});
