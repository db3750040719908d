import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StanzaError } from '../../src/component/stanza.js';
import { PendingRequests } from '../../src/gateway/pending-requests.js';
import { ConnectPacer } from '../../src/gateway/sessions/connect-pacing.js';
import { Deferred } from '../../src/util/deferred.js';
import type { WhoisResult } from '../../src/silc/client/types.js';
import { someone } from './support/fake-silc.js';
import { outlines, testConfig, World } from './support/world.js';

const ALICE = 'alice@jabber.test/phone';
const CAROL = 'carol@jabber.test/desk';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const vcardOf = (from: string, nickname: string): string =>
  `<iq type='get' id='${nickname}' from='${from}' to='${nickname}!@gw.test'><vCard xmlns='vcard-temp'/></iq>`;

describe('a message that is refused', () => {
  const chat = (from: string, to: string): string =>
    `<message from='${from}' to='${to}!@gw.test' type='chat' id='c1'><body>Hi</body></message>`;

  it('holds no session', async () => {
    const world = await World.start(testConfig({ limits: { sessions: 20 } }));
    for (let user = 0; user < 40; user++) {
      const from = `user${user}@jabber.test/x`;
      expect(outlines(await world.receive(chat(from, 'nobody')))).toEqual([
        `message error nobody!@gw.test>${from} cancel/item-not-found`,
      ]);
    }
    expect(world.gauges.sessions).toBe(0);
    expect(world.silc.sessions.every(({ state }) => state === 'closed')).toBe(true);
  });

  it('leaves a session that another message holds', async () => {
    const world = await World.start();
    world.silc.people.push(someone('Bob'));
    expect(await world.receive(chat(ALICE, 'bob'))).toEqual([]);
    await world.receive(chat(ALICE, 'nobody'));
    expect(world.gauges.sessions).toBe(1);
    await vi.advanceTimersByTimeAsync(601_000);
    expect(world.gauges.sessions).toBe(0);
  });
});

describe('questions about strangers', () => {
  /** The sessions of the gateway itself answer when they are told to. */
  function answeredByHand(world: World) {
    const asked: string[] = [];
    const open: Deferred<readonly WhoisResult[]>[] = [];
    world.silc.onConnect = (session) => {
      session.whois = (nickname) => {
        asked.push(nickname);
        const answer = new Deferred<readonly WhoisResult[]>();
        open.push(answer);
        return answer.promise;
      };
    };
    return {
      asked,
      /** Nobody has the nickname that was asked for first. */
      answer: () => {
        open.shift()?.resolve([]);
        return world.settle();
      },
    };
  }

  it('are asked once for all who ask at the same time, and for a while afterwards', async () => {
    const world = await World.start();
    const { asked, answer } = answeredByHand(world);
    for (const from of [ALICE, CAROL, 'dave@other.test/x']) await world.receive(vcardOf(from, 'ghost'));
    expect(outlines(await answer())).toHaveLength(3);
    expect(outlines(await world.receive(vcardOf(ALICE, 'ghost')))).toEqual([
      `iq error ghost!@gw.test>${ALICE} cancel/item-not-found`,
    ]);
    expect(asked).toEqual(['ghost']);
    await vi.advanceTimersByTimeAsync(31_000);
    await world.receive(vcardOf(ALICE, 'ghost'));
    expect(asked).toEqual(['ghost', 'ghost']);
  });

  it('of forty accounts hold up nobody else', async () => {
    const world = await World.start();
    const { asked, answer } = answeredByHand(world);
    for (let account = 0; account < 40; account++) {
      for (let count = 0; count < 5; count++) {
        await world.receive(vcardOf(`a${account}@storm.test/x`, `stranger${account}x${count}`));
      }
    }
    await world.receive(vcardOf(CAROL, 'friend'));
    expect(asked).not.toContain('friend');
    // The turn of another domain comes with the second answer at the latest.
    await answer();
    await answer();
    expect(asked).toContain('friend');
  });

  it('of one account are so many at a time', async () => {
    const world = await World.start();
    answeredByHand(world);
    for (let count = 0; count < 5; count++)
      expect(await world.receive(vcardOf(ALICE, `s${count}`))).toEqual([]);
    expect(outlines(await world.receive(vcardOf(ALICE, 's6')))).toEqual([
      `iq error s6!@gw.test>${ALICE} wait/resource-constraint`,
    ]);
  });
});

describe('a user who comes and goes without pause', () => {
  const leave = (room: string): string =>
    `<presence from='${ALICE}' to='${room}@gw.test/alice' type='unavailable'/>`;

  it('is slowed down, and told when to come again', async () => {
    const world = await World.start();
    // In another room all the time, so that the session stays.
    await world.join(ALICE, 'home', 'alice');
    const refused: string[] = [];
    for (let count = 0; count < 100; count++) {
      const answer = await world.join(ALICE, 'silc', 'alice');
      if (outlines(answer)[0]?.includes('wait/policy-violation') === true) {
        refused.push(answer[0]?.getChild('error')?.getChildText('text') ?? '');
      } else await world.receive(leave('silc'));
    }
    const joined = world.silc.session.log.filter((entry) => entry === 'join silc').length;
    expect(joined).toBeLessThanOrEqual(25);
    expect(joined + refused.length).toBe(100);
    expect(refused.at(-1)).toMatch(/^You join and leave too often\. Try again in \d+ seconds?\.$/);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(outlines(await world.join(ALICE, 'silc', 'alice')).at(-1)).toContain('subject=');
  });

  it('is not one with many bookmarks, who may come twice', async () => {
    const world = await World.start(testConfig({ limits: { rooms_per_user: 100 } }));
    for (const time of ['once', 'twice', 'thrice']) {
      for (let room = 0; room < 60; room++) {
        const last = outlines(await world.join(ALICE, `room${room}`, 'alice')).at(-1);
        expect(last, `${time}, ${room}`).toContain('subject=');
      }
      await world.receive(`<presence from='${ALICE}' to='gw.test' type='unavailable'/>`);
    }
  });

  it('changes the nickname so often only', async () => {
    const world = await World.start();
    await world.join(ALICE, 'silc', 'alice');
    let refused = 0;
    for (let count = 0; count < 30; count++) {
      const answer = await world.receive(`<presence from='${ALICE}' to='silc@gw.test/alice${count}'/>`);
      if (outlines(answer).some((line) => line.includes('wait/policy-violation'))) refused++;
    }
    expect(refused).toBeGreaterThanOrEqual(19);
    expect(world.silc.session.log.filter((entry) => entry.startsWith('nick')).length).toBe(30 - refused);
  });

  it('whose sessions end each time gets so many of them', async () => {
    const world = await World.start();
    for (let count = 0; count < 60; count++) {
      await world.join(ALICE, `room${count}`, 'alice');
      await world.receive(leave(`room${count}`));
    }
    expect(world.silc.connects).toBeLessThanOrEqual(22);
  });
});

describe('places for connections', () => {
  it('go to domains in turn, those most urgent first', async () => {
    const pacer = new ConnectPacer({ judge: () => 'answered' });
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const connect = (name: string, group: string, urgency = 0) =>
      pacer.run(
        () => {
          begun.push(name);
          return new Promise<void>((resolve) => ends.push(resolve));
        },
        { urgency: () => urgency, group, signal: new AbortController().signal },
      );
    // As many as are under way at the start.
    const all = [1, 2, 3, 4].map((number) => connect(`storm${number}`, 'storm.test'));
    for (let number = 5; number < 30; number++) all.push(connect(`storm${number}`, 'storm.test'));
    all.push(connect('quiet', 'quiet.test'), connect('talking', 'storm.test', 1));
    await new Promise(setImmediate);
    for (const end of ends.splice(0, 2)) {
      end();
      await new Promise(setImmediate);
    }
    expect(begun.slice(4, 6)).toEqual(['talking', 'quiet']);
    while (ends.length > 0) {
      ends.shift()?.();
      await new Promise(setImmediate);
    }
    await Promise.all(all);
    expect(begun.filter((name) => name.startsWith('storm'))).toEqual(
      Array.from({ length: 29 }, (_, number) => `storm${number + 1}`),
    );
  });
});

describe('requests that wait', () => {
  it('leave places to other domains, however many accounts one domain has', async () => {
    const pending = new PendingRequests({ requests: 10, requestsPerUser: 2, deadlineMs: () => 1_000 });
    const never = () => new Promise<never>(() => {});
    const refused: string[] = [];
    const ask = (user: string): void => {
      pending.run(user, never).catch(() => refused.push(user));
    };
    for (let account = 0; account < 10; account++) ask(`a${account}@storm.test`);
    ask('carol@quiet.test');
    await Promise.resolve();
    expect(pending.size).toBe(6);
    expect(refused).toEqual([5, 6, 7, 8, 9].map((account) => `a${account}@storm.test`));
    pending.stop(new StanzaError('wait', 'service-unavailable'));
  });
});
