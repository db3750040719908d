import { utf8 } from '../../../src/silc/bytes.js';
import { type CommandArgument, commands, listEntries } from '../../../src/silc/commands/index.js';
import { channelId, type ChannelId, clientId, encodeIdPayload, type TypedId } from '../../../src/silc/ids.js';
import { encodePayload } from '../../../src/silc/packets/codec.js';
import { commandPayload } from '../../../src/silc/packets/command.js';
import { PacketType } from '../../../src/silc/packets/packet-type.js';
import { publicKeyPayload } from '../../../src/silc/packets/public-key-payload.js';
import { testKeyPair } from '../../support/keys.js';
import type { RawClient } from '../../support/raw-client.js';
import { type SilcWorld, startSilcWorld } from '../../support/silc-world.js';
import { Choices } from '../support/choices.js';
import { SeededRandom } from '../support/random.js';
import type { Target } from '../support/target.js';

/** Packets of one input. */
const MAX_PACKETS = 40;
/** Inputs that one client sends, unless the server ends it before. */
const INPUTS_OF_ONE = 100;
// NICK gives the client another ID, and what it sends under the old one is dropped.
const isLeftOut = (number: number | undefined): boolean => number === commands.nick.number;
const numbers = [...Object.values(commands).map(({ number }) => number), 27, 99].filter(
  (number) => !isLeftOut(number),
);

interface Playing {
  readonly world: SilcWorld;
  readonly witness: RawClient;
  readonly calm: ChannelId;
  client: RawClient | undefined;
  channel: ChannelId | undefined;
  inputs: number;
}

/** Values that the server knows something about. */
function pool({ witness, calm }: Playing, own: RawClient, channel: ChannelId): readonly Uint8Array[] {
  return [
    encodeIdPayload(clientId(own.id)),
    encodeIdPayload(clientId(witness.id)),
    encodeIdPayload(channelId(channel)),
    encodeIdPayload(channelId(calm)),
    encodeIdPayload({ type: 1, id: own.serverId }),
    listEntries.encode([{ type: 1, data: utf8('w*t?ess!*@*') }]),
    encodePayload(publicKeyPayload, { type: 1, data: testKeyPair('k1024v1').publicKey.encoded }),
    ...['witness', 'channel', 'calm', 'a b', '\u202eevil', ''].map(utf8),
    Uint8Array.of(0, 0, 0, 0),
    Uint8Array.of(0, 0, 0, 1),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0),
    Uint8Array.of(1),
    new Uint8Array(300).fill(0x61),
  ];
}

/** The next packet that the choices make: a command of every kind, or anything else. */
async function send(
  choices: Choices,
  client: RawClient,
  values: readonly Uint8Array[],
  to: readonly TypedId[],
) {
  const kind = choices.next();
  if (kind % 4 === 3) {
    // Neither what ends the connection by its nature, nor a rekey: they have tests of their own.
    const type = [4, 5, 6, 7, 8, 9, 10, 18, 19, 20, 25, 27, 28, 29, 200][choices.next(15)] ?? 4;
    const payload = choices.take(1 + choices.next(60));
    if (payload.length > 0) await client.send(type, payload, to[choices.next(to.length)], choices.next(16));
    return;
  }
  const command = numbers[choices.next(numbers.length)] ?? 1;
  const args: CommandArgument[] = [];
  for (let i = choices.next(10); i > 0; i--) {
    const which = choices.next();
    const data = which < 200 ? values[which % values.length] : choices.take(choices.next(40));
    if (data !== undefined) args.push({ type: which % 7 === 6 ? choices.next(20) : args.length + 1, data });
  }
  const payload = encodePayload(commandPayload, { command, ident: 1_000 + choices.next(), args });
  // Now and then an octet of it is another one.
  if (kind % 8 === 0 && payload.length > 0) payload[choices.next() % payload.length] = choices.next();
  if (!isLeftOut(payload[2])) await client.send(PacketType.command, payload);
}

const random = new SeededRandom(7);

function serverTarget(): Target {
  // Who has detached keeps the name.
  let clients = 0;
  let playing: Promise<Playing> | undefined;
  async function begin(): Promise<Playing> {
    const world = await startSilcWorld();
    const witness = await world.raw('witness');
    return {
      world,
      witness,
      calm: await witness.join('calm'),
      client: undefined,
      channel: undefined,
      inputs: 0,
    };
  }
  return {
    name: 'machine: embedded SILC server',
    seeds: Array.from({ length: 40 }, () => random.octets(40 + random.below(200))),
    cost: 20,
    run: async (octets) => {
      const under = await (playing ??= begin());
      const client = (under.client ??= await under.world.raw(`mallory${clients++}`));
      const channel = (under.channel ??= await client
        .join('channel')
        .catch(() => client.join(`channel${clients}`)));
      const choices = new Choices(octets);
      const values = pool(under, client, channel);
      const to: readonly TypedId[] = [channelId(channel), clientId(under.witness.id), clientId(client.id)];
      let isThere = true;
      for (let i = 0; i < MAX_PACKETS && !choices.isOver && isThere; i++) {
        isThere = await send(choices, client, values, to).then(
          () => true,
          () => false,
        );
      }
      // Whatever it did to itself, the others are served, and are where they were.
      isThere &&= await client.sync().then(
        () => true,
        () => false,
      );
      await under.witness.sync();
      const refusal = await under.witness.refusal(commands.users, { channelId: under.calm });
      if (refusal !== 0) throw new Error(`the witness is not on its channel any more: ${refusal}`);
      under.witness.clear();
      client.clear();
      if (!isThere || ++under.inputs >= INPUTS_OF_ONE) {
        client.drop();
        Object.assign(under, { client: undefined, channel: undefined, inputs: 0 });
      }
      return isThere ? 'goes on' : 'ended';
    },
    close: async () => {
      const ended = await playing;
      playing = undefined;
      await ended?.world.close();
    },
  };
}

export const serverTargets: readonly Target[] = [serverTarget()];
