import fc from 'fast-check';
import { expect } from 'vitest';
import type { SilcSession } from '../../../src/silc/client/types.js';
import { ChannelUserMode } from '../../../src/silc/modes.js';
import { AgreementWorld } from './agreement-world.js';
import type { MucClient, Shown } from './muc-client.js';

const CLIENTS = [
  'ann@j.test/1',
  'ann@j.test/2',
  'bob@j.test/1',
  'bob@j.test/2',
  'cat@j.test/1',
  'dan@j.test/1',
];
const NATIVES = ['nat', 'sue'];
const CHANNELS = ['red', 'green'];
const NICKS = ['ann', 'bob', 'cat', 'nat', 'zed'];

const at = <T>(list: readonly T[], n: number): T => list[n % list.length] ?? expect.unreachable();
const roomOf = (channel: string): string => `${channel}@gw.test`;

interface Said {
  readonly text: string;
  readonly room: string;
  readonly channel: string;
  /** Who is in the room, and for which time, and how many notices it had. */
  readonly audience: readonly {
    readonly client: MucClient;
    readonly stay: number;
    readonly notices: number;
  }[];
  /** Of a local user. */
  readonly author?: MucClient;
  /** Whether the SILC user who said it is on the channel still. */
  readonly isThere?: () => boolean;
  /** Of a SILC user: sessions of local users that were on the channel. */
  readonly hearers: readonly SilcSession[];
  wasSent: boolean;
}

const kinds = [
  ...['join', 'join', 'join', 'join', 'leave', 'say', 'say', 'say', 'nick', 'kick', 'rights', 'topic'],
  ...['native-join', 'native-join', 'native-leave', 'native-say', 'native-say', 'native-nick', 'native-kick'],
  ...['native-rights', 'native-quit', 'cut', 'cut', 'lose', 'cut-all', 'restart', 'settle'],
] as const;
const where = {
  who: fc.nat({ max: 5 }),
  channel: fc.nat({ max: 1 }),
  number: fc.nat({ max: 63 }),
  /** How much happens before the next one: nothing, a few turns, all that waits for no clock. */
  pause: fc.constantFrom(0, 0, 1, 5, 25, 'quiet'),
};
const step = fc.record({ what: fc.constantFrom(...kinds), ...where });
/** At first people come. */
const coming = fc.record({
  what: fc.constantFrom('join' as const, 'join' as const, 'native-join' as const),
  ...where,
});
/** One thing that somebody does, or that happens. */
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
export const plays: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.array(coming, { minLength: 4, maxLength: 12, size: 'max' }),
    fc.array(step, { minLength: 15, maxLength: 50, size: 'max' }),
  )
  .map((parts) => parts.flat());

class Play {
  readonly #world: AgreementWorld;
  #said: Said[] = [];
  readonly #order = new Map<string, number>();
  /** Whom local users have wanted to be moderators, by room and occupant id: a role is for the visit, and no affiliation. */
  readonly #moderators = new Set<string>();
  #serial = 0;

  constructor(world: AgreementWorld) {
    this.#world = world;
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const one of steps) {
      await this.#world.tick();
      await this.#act(one);
      if (one.pause === 'quiet') await this.#world.quiet();
      else for (let turns = 0; turns < Number(one.pause); turns++) await new Promise(setImmediate);
      this.#world.drain();
    }
    await this.#check();
    await this.#leaveAll();
  }

  /** Everybody leaves everything: nothing is left. */
  async #leaveAll(): Promise<void> {
    const world = this.#world;
    for (const { full } of world.clients)
      world.send(`<presence from='${full}' to='gw.test' type='unavailable'/>`);
    await world.quiet();
    expect(world.faults).toEqual([]);
    expect(world.gauges).toMatchObject({ sessions: 0, rooms: 0, resources: 0 });
    for (const client of world.clients) {
      for (const channel of CHANNELS) expect(client.room(roomOf(channel)).self).toBeUndefined();
    }
  }

  async #act({ what, who, channel: place, number }: Step): Promise<void> {
    const world = this.#world;
    const client = at(world.clients, who);
    const user = client.bare.split('@', 1)[0] ?? '';
    const channel = at(CHANNELS, place);
    const jid = roomOf(channel);
    const room = client.room(jid);
    const id = `${what}${++this.#serial}`;
    const admin = (item: string): void => {
      client.open.add(id);
      world.send(
        `<iq from='${client.full}' to='${jid}' id='${id}' type='set'><query xmlns='http://jabber.org/protocol/muc#admin'><item ${item}/></query></iq>`,
      );
    };
    const shown = [...room.occupants.keys()].sort();
    const target = shown.length > 0 ? at(shown, number) : 'nobody';
    const native = at(NATIVES, who);
    switch (what) {
      case 'join': {
        const nick = room.self ?? (number < 16 ? at(NICKS, number) : user);
        room.isAsking = true;
        world.send(
          `<presence from='${client.full}' to='${jid}/${nick}' id='${id}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`,
        );
        return;
      }
      case 'leave':
        world.send(`<presence from='${client.full}' to='${jid}/${room.self ?? user}' type='unavailable'/>`);
        return;
      case 'say':
        this.#note(id, channel, { author: client });
        world.send(
          `<message from='${client.full}' to='${jid}' id='${id}' type='groupchat'><body>${id}</body></message>`,
        );
        return;
      case 'nick':
        if (room.self === undefined) return;
        world.send(`<presence from='${client.full}' to='${jid}/${at(NICKS, number)}' id='${id}'/>`);
        return;
      case 'kick':
        admin(`nick='${target}' role='none'`);
        return;
      case 'rights': {
        const role = at(['moderator', 'participant', 'visitor'], who + number);
        const occupantId = room.occupants.get(target)?.occupantId;
        if (role === 'moderator' && occupantId !== undefined) this.#moderators.add(`${jid} ${occupantId}`);
        admin(`nick='${target}' role='${role}'`);
        return;
      }
      case 'topic':
        world.send(
          `<message from='${client.full}' to='${jid}' id='${id}' type='groupchat'><subject>${id}</subject></message>`,
        );
        return;
      case 'cut':
        world.cut(user, true);
        return;
      case 'lose':
        world.cut(user, false);
        return;
      case 'cut-all':
        for (const one of world.links.keys()) world.cut(one, number % 2 === 0);
        return;
      case 'restart':
        if (number % 2 === 0) await world.restart();
        return;
      case 'settle':
        if (number % 2 === 0) await this.#check();
        return;
      case 'native-quit':
        await world.passing(world.natives.get(native)?.quit('bye') ?? Promise.resolve());
        return;
      case 'native-join':
        world.track(world.native(native).then((session) => session.join(channel)));
        return;
      default:
        this.#actNatively(what, native, channel, number, id);
    }
  }

  #actNatively(what: string, native: string, channel: string, number: number, id: string): void {
    const session = this.#world.natives.get(native);
    const silcChannel = session?.channelByName(channel);
    if (session?.state !== 'ready' || silcChannel === undefined) return;
    const target = at([...silcChannel.members.keys()], number);
    const work = (): Promise<unknown> => {
      switch (what) {
        case 'native-leave':
          return session.leave(silcChannel.id);
        case 'native-nick':
          return session.nick(at(NICKS, number));
        case 'native-kick':
          return session.kick(silcChannel.id, target, 'out');
        case 'native-rights':
          return session.setMemberMode(
            silcChannel.id,
            target,
            number % 3 === 0 ? { clear: ChannelUserMode.operator } : { set: ChannelUserMode.operator },
          );
        default: {
          const said = this.#note(id, channel, {
            isThere: () => session.state === 'ready' && session.channels.has(silcChannel.id),
          });
          return (
            session
              .say(silcChannel.id, id)
              .then(() => session.ping())
              // Who was off the channel when the server got it has said nothing.
              .then(() => void (said.wasSent = session.channels.has(silcChannel.id)))
          );
        }
      }
    };
    this.#world.track(work());
  }

  #note(text: string, channel: string, by: Pick<Said, 'author' | 'isThere'>): Said {
    this.#world.drain();
    const room = roomOf(channel);
    const said: Said = {
      ...{ text, room, channel, wasSent: false },
      ...by,
      audience: this.#world.clients.flatMap((client) => {
        const { self, stay, notices } = client.room(room);
        return self === undefined ? [] : [{ client, stay, notices: notices.length }];
      }),
      hearers: [...this.#world.links.values()].flatMap(({ session }) =>
        session.state === 'ready' && session.channelByName(channel) !== undefined ? [session] : [],
      ),
    };
    this.#said.push(said);
    this.#order.set(text, this.#order.size);
    return said;
  }

  async #check(): Promise<void> {
    const world = this.#world;
    await world.settle();
    expect(world.faults).toEqual([]);
    for (const channel of CHANNELS) await this.#checkMembers(channel);
    for (const said of this.#said) this.#checkHeard(said);
    this.#said = [];
    for (const client of world.clients) {
      expect([...client.open], `requests of ${client.full} without an answer`).toEqual([]);
      for (const channel of CHANNELS) this.#checkOrder(client, roomOf(channel));
    }
    expect(world.faults).toEqual([]);
  }

  async #checkMembers(channel: string): Promise<void> {
    const world = this.#world;
    const truth = await world.truth(channel);
    const wanted = (truth?.members ?? [])
      .map(({ nickname, affiliation, role }) => `${nickname} ${affiliation} ${role}`)
      .sort();
    const views = new Set<string>();
    const users = new Set<string>();
    for (const client of world.clients) {
      const room = client.room(roomOf(channel));
      const who = `${client.full} in ${channel}`;
      expect(room.isAsking, `${who}: a join without an answer`).toBe(false);
      if (room.self === undefined) continue;
      const shown = [...room.occupants];
      expect(
        shown
          .map(
            ([name, occupant]) =>
              `${name.split('*', 1)[0] ?? ''} ${this.#affiliationOf(channel, occupant)} ${occupant.role}`,
          )
          .sort(),
        who,
      ).toEqual(wanted);
      expect(new Set(shown.map(([, { occupantId }]) => occupantId)).size, `${who}: ids`).toBe(shown.length);
      expect(room.subject, `${who}: subject`).toBe(truth?.topic);
      views.add(JSON.stringify(shown.sort(([a], [b]) => (a < b ? -1 : 1))));
      const user = client.bare.split('@', 1)[0] ?? '';
      users.add(user);
      const own = truth?.members.find(
        ({ clientId }) => clientId === world.links.get(user)?.session.self.clientId,
      );
      expect(room.self.split('*', 1)[0], `${who}: own name`).toBe(own?.nickname);
      const self = room.occupants.get(room.self);
      expect(self && [this.#affiliationOf(channel, self), self.role], who).toEqual(
        own && [own.affiliation, own.role],
      );
    }
    expect(views.size, `views of ${channel}`).toBeLessThanOrEqual(1);
    this.#forgetModerators(roomOf(channel));
    for (const [user, { session }] of world.links) {
      const isThere = truth?.members.some(({ clientId }) => clientId === session.self.clientId) === true;
      expect(isThere && session.state === 'ready', `${user} on ${channel}`).toBe(users.has(user));
    }
  }

  /** As it follows from the mode on the server: whoever is operator by a role that a local user has given is no admin. */
  #affiliationOf(channel: string, { affiliation, role, occupantId }: Shown): string {
    const isByRole = this.#moderators.has(`${roomOf(channel)} ${occupantId ?? ''}`);
    return isByRole && role === 'moderator' && affiliation === 'none' ? 'admin' : affiliation;
  }

  /** A role ends with the visit, and when somebody takes it. */
  #forgetModerators(jid: string): void {
    const rooms = this.#world.clients.map((client) => client.room(jid));
    const shown = rooms.flatMap(({ moderators }) => [...moderators.keys()]);
    for (const key of this.#moderators) {
      if (key.startsWith(`${jid} `) && !shown.includes(key.slice(jid.length + 1)))
        this.#moderators.delete(key);
    }
  }

  #checkHeard({ text, room, channel, audience, author, isThere, hearers, wasSent }: Said): void {
    const links = new Set([...this.#world.links.values()].map(({ session }) => session));
    const wasHeard = hearers.some(
      (session) =>
        session.state === 'ready' && links.has(session) && session.channelByName(channel) !== undefined,
    );
    const isRefused = author?.refused.has(text) === true;
    for (const { client, stay, notices } of audience) {
      const view = client.room(room);
      if (view.self === undefined || view.stay !== stay) continue;
      const has = view.lines.some((line) => line.text === text);
      const told = view.notices.slice(notices);
      // Who comes and goes while nobody hears the channel stays unknown.
      const isExcused =
        author === undefined
          ? !wasSent ||
            told.includes('undecryptable') ||
            (!wasHeard && (told.includes('gap') || isThere?.() !== true))
          : isRefused;
      expect(has || isExcused, `${client.full} hears ${text}; notices: ${told.join()}`).toBe(true);
    }
    if (author === undefined) return;
    // The author is in no room, or has left it: there is an answer nevertheless.
    const isPublished = this.#world.clients.some((client) =>
      client.room(room).lines.some((line) => line.text === text),
    );
    expect(isPublished || isRefused, `${text} of ${author.full} has neither reflection nor error`).toBe(true);
  }

  #checkOrder(client: MucClient, room: string): void {
    const { lines } = client.room(room);
    const byAuthor = new Map<string, number[]>();
    for (const { text, occupantId = '' } of lines) {
      const numbers = byAuthor.get(occupantId) ?? [];
      numbers.push(this.#order.get(text) ?? -1);
      byAuthor.set(occupantId, numbers);
    }
    for (const numbers of byAuthor.values()) {
      const sorted = [...new Set(numbers)].sort((a, b) => a - b);
      expect(numbers, `${client.full} in ${room}: order of lines, each once`).toEqual(sorted);
    }
  }
}

/** Does these, and compares what every client has with what the server says. Wants fake time. */
export async function play(steps: readonly Step[]): Promise<void> {
  const world = await AgreementWorld.start(CLIENTS);
  try {
    await new Play(world).run(steps);
  } finally {
    await world.stop();
  }
}
