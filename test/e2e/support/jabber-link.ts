import { expect } from 'vitest';
import { xml } from '../../../src/component/stanza.js';
import type { Matcher } from '../../support/xmpp/matcher.js';
import type { JabberUser } from './jabber-user.js';
import type { ScenarioWorld } from './scenario.js';

/** Waits until the gateway answers a user of the Jabber server. */
export async function gatewayIsBack(world: ScenarioWorld, user: JabberUser): Promise<void> {
  const isThere = (): Promise<boolean> =>
    user.request(world.gw, 'get', xml('ping', { xmlns: 'urn:xmpp:ping' })).then(
      () => true,
      () => false,
    );
  await expect.poll(isThere, { timeout: 40_000 }).toBe(true);
}

/** The user is told to be out of the room for a technical reason, and joins again. */
export async function toldAndBack(
  user: JabberUser,
  room: string,
  nick: string,
  deadlineMs = 40_000,
): Promise<void> {
  const out: Matcher = { name: 'presence', from: `${room}/${nick}`, type: 'unavailable', status: [110, 333] };
  await user.expect(out, undefined, deadlineMs);
  await user.join(room, nick);
}
