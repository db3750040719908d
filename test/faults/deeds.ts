import type { FaultProxy } from './fault-proxy.js';
import { isFault, type Step, textOf } from './schedule.js';
import type { Trace } from './trace.js';
import type { World } from './world.js';

const DIRECTIONS = ['out', 'in', 'both'] as const;
const NOTICED = ['both', 'near', 'far', 'both'] as const;

/** Carries out the steps of a schedule. */
export class Deeds {
  readonly #world: World;
  readonly #trace: Trace;
  /** Faults that have not come to their end. */
  readonly #work = new Set<Promise<void>>();
  /** Servers that are down. */
  readonly #down = new Set<string>();

  constructor(world: World, trace: Trace) {
    this.#world = world;
    this.#trace = trace;
  }

  do(step: Step): void {
    if (!isFault(step)) {
      this.#doAsPeople(step);
      return;
    }
    this.#trace.note('fault', textOf(step));
    const { what, ms } = step;
    if (what === 'jabber-restart' || what === 'jabber-crash') {
      this.#restart('jabber', () => this.#restartJabber(what === 'jabber-crash', ms));
    } else if (what === 'silc-stop' || what === 'silc-crash') {
      this.#restart('silc', () => this.#restartSilc(what === 'silc-stop', ms));
    } else {
      this.#break(what.startsWith('jabber') ? this.#world.jabberProxy : this.#world.silcProxy, step);
    }
  }

  /** Resolves when every fault has come to its end. */
  async done(): Promise<void> {
    await Promise.all(this.#work);
  }

  #doAsPeople({ what, which, where, ms }: Step): void {
    const world = this.#world;
    const user = at(world.jabberUsers, which);
    const silcUser = at(world.silcUsers, which);
    if (user === undefined || silcUser === undefined) return;
    const room = at(user.channels, where) ?? '';
    const channel = at(silcUser.channels, where) ?? '';
    switch (what) {
      case 'say':
        user.say(room);
        break;
      case 'silc-say':
        silcUser.say(channel);
        break;
      case 'leave':
        user.leave(room);
        break;
      case 'return':
        user.want(room);
        break;
      case 'nick':
        user.rename(room, `${user.full.split('@', 1)[0] ?? ''}z${where % 3}`);
        break;
      case 'relog': {
        if (!user.isOnline) return;
        // It may not want all of its rooms any more when it is back.
        if (where % 3 === 0) user.leave(room, true);
        user.logout();
        this.#later(ms / 2, () => user.login());
        break;
      }
      case 'ask':
        user.ask(room, where);
        break;
      case 'silc-leave':
        silcUser.leave(channel);
        break;
      case 'silc-return':
        silcUser.want(channel);
        break;
      case 'silc-nick':
        silcUser.rename(`${silcUser.name}z${where % 3}`);
        break;
      default:
        break;
    }
  }

  #break(proxy: FaultProxy, { what, which, where, ms }: Step): void {
    const one = at(proxy.open, which);
    switch (what.slice(what.indexOf('-') + 1)) {
      case 'cut':
        one?.break(at(NOTICED, where) ?? 'both');
        this.#later(ms, () => proxy.bury());
        break;
      case 'half-open':
        one?.break('nobody');
        this.#later(ms, () => proxy.bury());
        break;
      case 'stall':
        one?.stall(ms, at(DIRECTIONS, where) ?? 'both');
        break;
      case 'cut-all':
        for (const other of proxy.open) other.break('both');
        break;
      case 'half-open-all':
        for (const other of proxy.open) other.break('nobody');
        this.#later(ms, () => proxy.bury());
        break;
      case 'slow':
        proxy.manner = { delayMs: where % 30, pieceOctets: 1 + (which % 40) };
        this.#later(ms, () => (proxy.manner = { delayMs: 0, pieceOctets: 0 }));
        break;
      case 'refuse':
        one?.break('both');
        proxy.refuse(true);
        this.#later(ms, () => proxy.refuse(false));
        break;
      case 'hold':
        one?.break('both');
        proxy.hold(true);
        this.#later(ms, () => proxy.hold(false));
        break;
      default:
        throw new Error(`no such fault: ${what}`);
    }
  }

  #restart(server: string, work: () => Promise<void>): void {
    if (this.#down.has(server)) return;
    this.#down.add(server);
    this.#track(work().finally(() => this.#down.delete(server)));
  }

  async #restartJabber(withClients: boolean, ms: number): Promise<void> {
    const { jabberServer, jabberUsers } = this.#world;
    const online = jabberUsers.filter((user) => user.isOnline);
    if (withClients) for (const user of online) user.lose();
    jabberServer.crash(withClients);
    await pause(ms);
    await jabberServer.start();
    if (withClients) for (const user of online) user.login();
  }

  async #restartSilc(says: boolean, ms: number): Promise<void> {
    const { silcWorld } = this.#world;
    if (silcWorld === undefined) return;
    if (!says) silcWorld.server.dropConnections();
    await silcWorld.stopServer();
    await pause(ms / 2);
    await startAgain(() => silcWorld.startServer());
  }

  #later(ms: number, work: () => void): void {
    this.#track(pause(ms).then(work));
  }

  #track(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => void this.#world.faults.push(`the run itself: ${String(error)}`))
      .finally(() => this.#work.delete(done));
    this.#work.add(done);
  }
}

/** Some connection of somebody else may have the port at the moment. */
async function startAgain(start: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await start();
      return;
    } catch (error) {
      if (tries >= 100) throw error;
      await pause(50);
    }
  }
}

function at<T>(list: readonly T[], index: number): T | undefined {
  return list[index % list.length];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
