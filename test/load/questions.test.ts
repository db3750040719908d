import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userOf } from '../../bench/gateway/crowd.js';
import { pace, until } from '../../bench/gateway/pacer.js';
import { Bystanders } from './support/bystanders.js';
import { arrived } from './support/listener.js';
import { DOMAIN, LoadWorld } from './support/load-world.js';

/*
 * Everybody asks for lists, forms and pages of history at once: each question is answered, and those who talk in another room notice
 * nothing. With FLOOD_FULL there are a thousand users in fifty rooms, and the median of each row of lines is held to 250 ms.
 */

const IS_FULL = process.env['FLOOD_FULL'] !== undefined;
const MEDIAN_MS = 250;

const ROOMS = 50;
const USERS = IS_FULL ? 1_000 : 150;
const BYSTANDERS = { from: USERS, to: USERS + 10 };
/** What was said in each room before. */
const LINES = 60;
/** Lines of a page of history. */
const PAGE = 50;
const SECONDS = IS_FULL ? 10 : 5;
const LIMIT_MS = 120_000;

let world: LoadWorld;
beforeEach(async ({ onTestFailed }) => {
  world = await LoadWorld.start(BYSTANDERS.to);
  onTestFailed(() => console.log(world.log));
});
afterEach(() => world.close());

/** What a user asks, and of whom: the first one in a room has made it. */
const QUESTIONS: readonly ((room: string) => {
  readonly to: string;
  readonly query: string;
  readonly set?: true;
})[] = [
  () => ({
    to: DOMAIN,
    query: `<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><max>50</max></set></query>`,
  }),
  (room) => ({ to: room, query: `<query xmlns='http://jabber.org/protocol/disco#info'/>` }),
  (room) => ({ to: room, query: `<query xmlns='http://jabber.org/protocol/disco#items'/>` }),
  (room) => ({ to: room, query: `<query xmlns='http://jabber.org/protocol/muc#owner'/>` }),
  (room) => ({
    to: room,
    query: `<query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='outcast'/></query>`,
  }),
  (room) => ({
    ...{ to: room, set: true },
    query: `<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>${PAGE}</max><before/></set></query>`,
  }),
];

describe('bystanders lose nothing', () => {
  it(`while ${USERS} users in ${ROOMS} rooms ask for lists, forms and history`, async () => {
    const perRoom = USERS / ROOMS;
    const roomOf = (user: number): string => world.room(`room${Math.floor(user / perRoom)}`);
    for (let user = 0; user < USERS; user += perRoom) await world.join(roomOf(user), user, user + perRoom);
    const past = world.listener.begin();
    for (let user = 0; user < USERS; user += perRoom) {
      await world.say(user, roomOf(user), { run: past.run, count: LINES, perSecond: 1_000 });
    }
    await arrived(() => past, LINES * USERS);

    const bystanders = await Bystanders.gather(world, 0, BYSTANDERS);
    const lag = await world.watchLag();
    const before = world.listener.answered;
    const talk = bystanders.talk(SECONDS + 2);
    const count = USERS * QUESTIONS.length;
    await pace({
      count,
      perSecond: count / SECONDS,
      due: (index) => {
        const user = index % USERS;
        const question = QUESTIONS[Math.floor(index / USERS)]?.(roomOf(user));
        if (question === undefined) return;
        const { to, query, set } = question;
        world.send([
          `<iq type='${set === true ? 'set' : 'get'}' id='q${index}' from='${userOf(user)}/c' to='${to}'>${query}</iq>`,
        ]);
      },
    });
    const isAnswered = await until(() => world.listener.answered - before >= count, LIMIT_MS);
    await talk;
    await bystanders.arrived();
    const { lagMs, dropped } = await lag.stop();
    console.log(
      [
        `${count} questions: loop lag at most ${lagMs.toFixed(0)} ms, ${dropped} stanzas dropped`,
        ...(await bystanders.figures()),
      ].join('\n  '),
    );
    bystanders.check();
    if (IS_FULL) for (const median of await bystanders.medians()) expect(median).toBeLessThan(MEDIAN_MS);
    expect({ isAnswered, dropped }).toEqual({ isAnswered: true, dropped: 0 });
    // Who is no owner gets neither the form nor the list.
    const others = USERS - ROOMS;
    expect(Object.fromEntries(world.listener.errors)).toEqual({ forbidden: 2 * others });
    expect(world.listener.remembered).toBe(PAGE * USERS);
  });
});
