import { setTimeout as delay } from 'node:timers/promises';
import { ComponentServer } from './component-server.js';
import { nowMicros } from './clock.js';
import { Crowd } from './crowd.js';
import type { Figures } from './figures.js';
import { until } from './pacer.js';
import type { Profile } from './profile.js';
import type { Running, System } from './system.js';

/** One start of one system, with the users that this process plays. */
export interface BenchRun {
  readonly system: System;
  readonly running: Running;
  readonly crowd: Crowd;
  readonly profile: Profile;
  readonly figures: Figures;
  /** Part of the names of the figures: how many users in which rooms. */
  readonly label: string;
}

/** A system is quiet when it was in so many turns of so many milliseconds, one after the other. */
const [CALM_TURNS, TURN_MS] = [3, 150];
/** An answer to a ping that takes longer had to wait for something else. */
const PROMPT_MS = 60;

/** Users in rooms: user N sits in room `firstRoom + N / roomSize`. */
export interface Layout {
  readonly users: number;
  readonly roomSize: number;
  readonly firstRoom: number;
}

export function roomIndex(layout: Layout, user: number): number {
  return layout.firstRoom + Math.floor(user / layout.roomSize);
}

export function roomCount(layout: Layout): number {
  return Math.ceil(layout.users / layout.roomSize);
}

/** Starts a system with an empty house, does `work` and stops it, whatever comes. */
export async function withSystem<T>(
  system: System,
  options: { users: number; profile: Profile; figures: Figures; label: string },
  work: (run: BenchRun) => Promise<T>,
): Promise<T> {
  const crowd = new Crowd(system.domain);
  const server = await ComponentServer.listen(system, (stanza, nowMs) => crowd.onStanza(stanza, nowMs));
  crowd.attach(server);
  try {
    const running = await system.start(server, options.users);
    try {
      const done = await work({ system, running, crowd, ...options });
      if (server.error !== undefined) throw server.error;
      return done;
    } catch (error) {
      console.error(running.gateway.output());
      throw error;
    } finally {
      await running.stop();
    }
  } finally {
    server.close();
  }
}

/**
 * Waits until the system has done what was asked of it: nothing comes any more but answers to pings, and these come at
 * once. What follows is not to be measured with what was before. Gives up after `limitMs`.
 */
export async function quiet({ crowd }: BenchRun, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  for (let calm = 0; calm < CALM_TURNS && performance.now() < end;) {
    const before = crowd.stanzas;
    crowd.expectPings();
    crowd.ping(0, nowMicros());
    crowd.server.flush();
    await until(() => crowd.pings.length > 0, end - performance.now(), 5);
    await delay(TURN_MS);
    const isCalm = crowd.pings.spread().max < PROMPT_MS && crowd.stanzas <= before + 1;
    calm = isCalm ? calm + 1 : 0;
  }
}
