import type { Channel } from '../../../src/silc/client/types.js';
import type { JabberUser } from './jabber-user.js';
import type { NativeUser, ScenarioWorld } from './scenario.js';

/** Alice, Bob and Carol in the room of the channel `lounge`; all that their joins brought has been taken. */
export interface Lounge {
  readonly room: string;
  readonly alice: JabberUser;
  /** With a native client. */
  readonly bob: NativeUser;
  /** As Bob's session shows it. */
  readonly channel: Channel;
  readonly carol: JabberUser;
}

/** Alice came first: she is the founder of the channel. */
export async function loungeOfAlice(world: ScenarioWorld): Promise<Lounge> {
  const room = world.room('lounge');
  const alice = await world.user();
  await alice.join(room, 'alice');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const carol = await world.user();
  await carol.join(room, 'carol');
  await alice.expect({ from: `${room}/bob` });
  await alice.expect({ from: `${room}/carol` });
  return { room, alice, bob, channel, carol };
}

/** Bob came first: he is the founder of the channel. */
export async function loungeOfBob(world: ScenarioWorld): Promise<Lounge> {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  const { channel } = await bob.session.join('lounge');
  const alice = await world.user();
  const carol = await world.user();
  await alice.join(room, 'alice');
  await carol.join(room, 'carol');
  await alice.expect({ name: 'presence', from: `${room}/carol` });
  return { room, alice, bob, channel, carol };
}

/** Alice with two clients in the room of Bob's channel `lounge`. */
export async function loungeWithTwoClients(
  world: ScenarioWorld,
): Promise<{ room: string; bob: NativeUser; phone: JabberUser; laptop: JabberUser }> {
  const room = world.room('lounge');
  const bob = await world.native('bob');
  await bob.session.join('lounge');
  const phone = await world.user({ resource: 'phone' });
  const laptop = await world.user({ name: phone.name, resource: 'laptop' });
  await phone.join(room, 'alice');
  await laptop.join(room, 'alice');
  return { room, bob, phone, laptop };
}
