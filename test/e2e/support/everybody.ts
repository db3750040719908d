import { expect } from 'vitest';
import type { JabberUser } from './jabber-user.js';
import { isGap } from './gap.js';
import type { NativeUser, ScenarioWorld } from './scenario.js';

/** So many Jabber users in one room. The nickname of each is its place in the list: `user0`, `user1` … */
export async function everybodyIn(
  world: ScenarioWorld,
  room: string,
  count: number,
): Promise<readonly JabberUser[]> {
  const users = await Promise.all(Array.from({ length: count }, () => world.user()));
  for (const [index, user] of users.entries()) await user.join(room, `user${index}`);
  return users;
}

/** Each says a line; returns the lines, as occupant and text. */
export async function everybodySpeaks(
  users: readonly JabberUser[],
  room: string,
  about: string,
): Promise<readonly string[]> {
  return Promise.all(
    users.map(async (user, index) => {
      const text = `${index} ${about}`;
      await user.say(room, text);
      return `${room}/user${index}: ${text}`;
    }),
  );
}

/**
 * Every Jabber user gets each of these lines, once.
 * @param before lines that were taken already: since the login nothing else was said, and there was no error
 */
export async function expectEachOnce(
  world: ScenarioWorld,
  users: readonly JabberUser[],
  room: string,
  lines: readonly string[],
  before: readonly string[] = [],
): Promise<void> {
  for (const user of users) {
    for (const line of lines) {
      const [from = '', body = ''] = line.split(': ');
      await user.expect({ name: 'message', type: 'groupchat', from, body }, undefined, 30_000);
    }
    await user.barrier(world.gw);
    const messages = user.received.filter(
      ({ name, attrs: { from = '' } }) => name === 'message' && from.startsWith(room),
    );
    const said = messages.filter((stanza) => stanza.getChild('body') !== undefined && !isGap(stanza));
    expect(said.map((stanza) => `${stanza.attrs.from}: ${stanza.getChildText('body')}`).sort()).toEqual(
      [...before, ...lines].sort(),
    );
    expect(user.received.filter(({ attrs }) => attrs.type === 'error')).toEqual([]);
  }
}

/** A SILC user has heard each of the lines once, from whom it came, and no other. */
export async function expectHeardOnce(
  world: ScenarioWorld,
  { session, log }: NativeUser,
  lines: readonly string[],
): Promise<void> {
  for (const line of lines) {
    const text = line.slice(line.indexOf(': ') + 2);
    await log.find('channel-message', ({ message }) => message.text === text);
  }
  await session.ping();
  const heard = log.of('channel-message').map(({ sender, message }) => `${sender.nickname}: ${message.text}`);
  const wanted = lines.map((line) => line.slice(line.indexOf('/') + 1));
  expect(heard.sort(), `on ${world.kind}`).toEqual(wanted.sort());
}
