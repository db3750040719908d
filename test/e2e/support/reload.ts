import { carryOut } from './commands.js';
import type { JabberUser } from './jabber-user.js';
import type { ScenarioWorld } from './scenario.js';

/** An administrator has the configuration read again. @returns the answer */
export function reload(admin: JabberUser, world: ScenarioWorld): Promise<string> {
  return carryOut(admin, world.gw, 'reload', [{ sure: '1' }]);
}
