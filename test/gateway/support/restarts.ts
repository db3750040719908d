import { vi } from 'vitest';
import type { GatewayConfig } from '../../../src/gateway/config-types.js';
import type { Feature } from '../../../src/gateway/feature.js';
import { FakeNetwork } from './fake-silc.js';
import { memoryStore, outlines, testConfig, World } from './world.js';

/** The first process, on a store that the next one finds. */
export async function first(): Promise<World> {
  const world = new World(testConfig(), () => [], undefined, {
    silc: new FakeNetwork(),
    store: memoryStore(true),
  });
  await world.begin();
  return world;
}

/** The process after `before`, on the same network and store. */
export async function next(
  before: World,
  config: GatewayConfig = testConfig(),
  features: readonly Feature[] = [],
): Promise<World> {
  const world = new World(config, () => features, undefined, before);
  await world.begin();
  return world;
}

/** As SIGTERM ends it. @returns what it sent to the Jabber server meanwhile */
export async function suspend(world: World): Promise<string[]> {
  const stopped = world.gateway.stop('suspend');
  await vi.advanceTimersByTimeAsync(200);
  await stopped;
  return outlines(world.link.take());
}

/** As kill -9 ends it: what was not written is lost, the server sees broken links, nobody hears another word of it. */
export async function crash(world: World): Promise<void> {
  await vi.advanceTimersByTimeAsync(200);
  world.link.take();
  world.store.sessions.failure = new Error('the process is dead');
  for (const session of world.silc.sessions) {
    if (session.state === 'ready') session.vanish();
  }
  await vi.advanceTimersByTimeAsync(1_000);
  world.store.sessions.failure = undefined;
}
