import { turns } from '../util/turn-scheduler.js';
import type { AlwaysOn } from './always-on/always-on.js';
import type { GatewayConfig } from './config-types.js';
import type { Contacts } from './contacts/contacts.js';
import type { GatewayContext } from './context.js';
import { reconfigure } from './reconfigure.js';
import type { RegisteredUsers } from './registrations/registered-users.js';
import type { NetworkNames, Networks } from './sessions/networks.js';
import type { SessionRegistry } from './sessions/session-registry.js';

/** What is to be told of networks that come and go. */
interface NetworkParts {
  readonly context: GatewayContext;
  readonly names: NetworkNames;
  readonly networks: Networks;
  readonly sessions: SessionRegistry;
  readonly contacts: Pick<Contacts, 'networkAdded' | 'networkRemoved'>;
  readonly registered: Pick<RegisteredUsers, 'networkAdded'>;
  readonly alwaysOn: Pick<AlwaysOn, 'networkAdded'>;
}

/**
 * Takes over other networks while the gateway runs. A network that is gone: its users are told and leave it, what is kept of them stays in
 * the store. A new one can be used at once. One that stays: what is open goes on where it is still to be, and is opened anew elsewhere.
 */
export class NetworkChanges {
  readonly #parts: NetworkParts;
  /** Ends of sessions that have not closed yet. */
  readonly #leaving = new Set<Promise<unknown>>();
  #isStopped = false;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** Resolves when everybody is told, and what is to be opened anew has begun. To be called one after the other. */
  async apply(fresh: GatewayConfig['networks']): Promise<void> {
    const { context, names, networks, contacts, registered, alwaysOn } = this.#parts;
    const removed = [...networks.all.keys()].filter((name) => !Object.hasOwn(fresh, name));
    for (const name of removed) await this.#remove(name);
    if (this.#isStopped) return;
    // Nobody is shown under an address of theirs any more.
    names.set(fresh);
    reconfigure(context, { networks: fresh });
    const changed = [...networks.all].filter(([name, network]) => {
      const config = fresh[name];
      return config !== undefined && network.reconfigure(config);
    });
    const added = Object.entries(fresh).filter(([name]) => !networks.all.has(name));
    for (const [name, config] of added) networks.add(name, config);
    networks.sort(Object.keys(fresh));
    for (const [name] of added) {
      context.log.info({ network: name }, 'a network is served from now on');
      contacts.networkAdded(name);
      registered.networkAdded(name);
      alwaysOn.networkAdded(name);
    }
    if (changed.length > 0) await this.#moveMisfits();
  }

  /** Nothing is begun any more. Resolves when what has ended has closed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.allSettled(this.#leaving);
  }

  async #remove(network: string): Promise<void> {
    const { context, networks, sessions, contacts } = this.#parts;
    context.log.info({ network }, 'a network is not served any more');
    // Whoever wants to begin something there is refused from here on.
    const service = networks.remove(network);
    const { offline } = await sessions.endOn(network, { kind: 'network-gone', network });
    const closed = Promise.allSettled([offline, service?.close()]).finally(() =>
      this.#leaving.delete(closed),
    );
    this.#leaving.add(closed);
    contacts.networkRemoved(network);
  }

  /** What is on servers that it is not to be on. */
  async #moveMisfits(): Promise<void> {
    const { context, networks, sessions } = this.#parts;
    // Whatever was connected just before has reached its session then.
    await turns.turn();
    const moved = new Map<string, number>();
    for (const session of sessions.all()) {
      const { silc, network } = session;
      const misfit = silc && (await network.misfit(silc));
      if (misfit === undefined || session.silc !== silc || this.#isStopped) continue;
      const place = `${network.name} ${misfit.server}: ${misfit.why.message}`;
      moved.set(place, (moved.get(place) ?? 0) + 1);
      session.relink(misfit.why).catch(() => undefined);
      await turns.whenFree();
    }
    for (const [place, links] of moved)
      context.log.warn({ place, links }, 'SILC links are given up for others');
    await Promise.all([...networks.services.values()].map((service) => service.closeMisfit()));
  }
}
