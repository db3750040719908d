import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import { commands, listEntries, type CommandArgument } from '../../src/silc/commands/index.js';
import { channelId, clientId, encodeIdPayload, type ChannelId } from '../../src/silc/ids.js';
import { encodePayload } from '../../src/silc/packets/codec.js';
import { commandPayload } from '../../src/silc/packets/command.js';
import { PacketType } from '../../src/silc/packets/packet-type.js';
import type { RawClient } from '../support/raw-client.js';
import { startSilcWorld, type SilcWorld } from '../support/silc-world.js';
import { mutated, mutations } from './support/mutations.js';
import { nicknames } from './support/notifies.js';

let world: SilcWorld;
let witness: RawClient;
let witnessed: ChannelId;

beforeAll(async () => {
  world = await startSilcWorld();
  witness = await world.raw('witness');
  witnessed = await witness.join('calm');
});
afterAll(() => world.close());

/** An argument: a value that the server knows something about, or any octets. */
const values = (own: RawClient, channel: ChannelId): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.constantFrom(
      encodeIdPayload(clientId(own.id)),
      encodeIdPayload(clientId(witness.id)),
      encodeIdPayload(channelId(channel)),
      encodeIdPayload(channelId(witnessed)),
      encodeIdPayload({ type: 1, id: own.serverId }),
      listEntries.encode([{ type: 1, data: utf8('w*t?ess!*@*') }]),
      utf8('witness'),
      utf8('channel'),
      Uint8Array.of(0, 0, 0, 0),
      Uint8Array.of(0xff, 0xff, 0xff, 0xff),
      Uint8Array.of(0),
      Uint8Array.of(1),
    ),
    nicknames.map(utf8),
    fc.uint8Array({ maxLength: 30 }),
  );

// QUIT, DETACH and NICK end or change the client that sends; they have tests of their own.
const apart: readonly number[] = [commands.quit.number, commands.detach.number, commands.nick.number];
const numbers = [...Object.values(commands).map(({ number }) => number), 27, 99].filter(
  (number) => !apart.includes(number),
);

test('no command of a client harms the server or the others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat()), mutations, async (seeds, changes) => {
      const client = await world.raw('mallory');
      try {
        const channel = await client.join('channel');
        const pick = values(client, channel);
        const number = (max: number): number => (seeds.next().value as number) % max;
        const payloads = fc.sample(
          fc.tuple(
            fc.constantFrom(...numbers),
            fc
              .array(pick, { maxLength: 9 })
              .map((data): CommandArgument[] => data.map((octets, i) => ({ type: i + 1, data: octets }))),
          ),
          { numRuns: 30, seed: number(2 ** 31) },
        );
        for (const [command, args] of payloads) {
          const payload = encodePayload(commandPayload, { command, ident: 1_000, args });
          const sent = number(3) === 0 ? mutated(payload, changes) : payload;
          if (!apart.includes(sent[2] ?? 0)) await client.send(PacketType.command, sent);
        }
        for (const type of [4, 5, 6, 7, 8, 9, 10, 18, 19, 20, 25, 27, 28, 29, 200]) {
          const payload = mutated(encodeIdPayload(clientId(client.id)), changes);
          const to = number(2) === 0 ? channelId(channel) : clientId(witness.id);
          if (payload.length > 0) await client.send(type, payload, to, number(16));
        }
        await client.sync();
      } finally {
        client.drop();
      }
      await witness.sync();
      witness.clear();
    }),
    { numRuns: 40 },
  );
  // Nothing was left behind but the witness and its channel; it is still where it was.
  expect(await witness.refusal(commands.users, { channelId: witnessed })).toBe(0);
});
