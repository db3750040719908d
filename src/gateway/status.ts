import type { ServerStatus } from './sessions/server-status.js';
import type { SessionState } from './sessions/session-state.js';
import type { SessionRegistry } from './sessions/session-registry.js';

/** How many sessions are how far. */
export const SESSION_STATES = ['connected', 'connecting', 'reconnecting', 'idle'] as const;
export type SessionsByState = Readonly<Record<(typeof SESSION_STATES)[number], number>>;

export interface NetworkStatus {
  readonly servers: readonly ServerStatus[];
  readonly sessions: SessionsByState;
}

/** How the gateway is at the moment: numbers, and nobody's address. */
export interface GatewayStatus {
  readonly networks: ReadonlyMap<string, NetworkStatus>;
  /** Requests of Jabber users that wait for their answer. */
  readonly requests: number;
}

const STATE_OF: Readonly<Record<SessionState['kind'], keyof SessionsByState>> = {
  idle: 'idle',
  connecting: 'connecting',
  ready: 'connected',
  reconnecting: 'reconnecting',
  suspended: 'idle',
  ended: 'idle',
};

/** Looks at all that there is; thousands of sessions take a millisecond. */
export function statusOf(sessions: SessionRegistry, requests: number): GatewayStatus {
  const counts = new Map(
    [...sessions.networks.keys()].map((name) => [
      name,
      { connected: 0, connecting: 0, reconnecting: 0, idle: 0 },
    ]),
  );
  for (const session of sessions.all()) {
    const count = counts.get(session.network.name);
    if (count !== undefined) count[STATE_OF[session.progress]] += 1;
  }
  const networks = new Map<string, NetworkStatus>();
  for (const [name, network] of sessions.networks) {
    const count = counts.get(name);
    if (count !== undefined) networks.set(name, { servers: network.servers(), sessions: count });
  }
  return { networks, requests };
}
