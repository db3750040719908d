import type { TestProject } from 'vitest/node';
import { dataOf, startJabberServer, type PrivateJabberServer } from './jabber-server.js';
import { ensureJabberServers } from './packages.js';

/** One Prosody, one ejabberd and one jabberd2 for the whole run; tests reach them by `sharedJabberServer()`. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await ensureJabberServers();
  const begun = Date.now();
  const outcomes = await Promise.allSettled([
    startJabberServer('prosody'),
    startJabberServer('ejabberd'),
    startJabberServer('jabberd2'),
  ]);
  const servers: PrivateJabberServer[] = [];
  for (const outcome of outcomes) if (outcome.status === 'fulfilled') servers.push(outcome.value);
  const teardown = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    await teardown();
    throw outcome.reason;
  }
  for (const server of servers) project.provide(server.kind, dataOf(server));
  console.log(`Prosody, ejabberd and jabberd2 are up after ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  return teardown;
}
