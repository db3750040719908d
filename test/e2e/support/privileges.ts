import { existsSync } from 'node:fs';
import { ensurePackages } from '../../../src/demo/debian-packages.js';
import { type JabberServerKind, startJabberServer } from './jabber-server.js';
import { ScenarioWorld } from './scenario.js';

const MODULE = '/usr/lib/prosody/modules/mod_privilege/mod_privilege.lua';

/** A world on a Jabber server of its own that grants the gateway what it can grant (XEP-0356). */
export async function withPrivileges(
  kind: JabberServerKind,
  run: (world: ScenarioWorld) => Promise<void>,
): Promise<void> {
  if (kind === 'prosody') {
    await ensurePackages({ 'prosody-modules': () => existsSync(MODULE) }, (line) => console.log(line));
  }
  const server = await startJabberServer(kind, { isPrivileged: true });
  try {
    const world = await ScenarioWorld.start(server, {});
    try {
      await run(world);
    } finally {
      await world.close();
    }
  } finally {
    await server.stop();
  }
}
