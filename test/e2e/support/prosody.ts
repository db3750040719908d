import { prepareProsody, type PreparedProsody } from '../../../src/demo/prosody.js';
import type { ServerPlan } from './jabber-server.js';

/** Writes the configuration of a private Prosody into `dir`; returns how to start it. */
export function prosody(dir: string, plan: ServerPlan): PreparedProsody {
  const components = Object.fromEntries(plan.components.map((domain) => [domain, plan.secret]));
  return prepareProsody(dir, { ...plan, components });
}
