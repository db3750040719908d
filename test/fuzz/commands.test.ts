import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '../../src/silc/bytes.js';
import {
  clientIdList,
  commands,
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  listEntries,
  modeList,
  type Command,
} from '../../src/silc/commands/index.js';
import { SilcError } from '../../src/silc/errors.js';
import { encodeIdPayload, type ServerId } from '../../src/silc/ids.js';
import { decodePayload, encodePayload } from '../../src/silc/packets/codec.js';
import { commandPayload } from '../../src/silc/packets/command.js';
import { publicKeyPayload } from '../../src/silc/packets/public-key-payload.js';
import { testKeyPair } from '../support/keys.js';
import { mutated, mutations } from './support/mutations.js';
import { channel, other, people } from './support/notifies.js';

/** What arguments are made of, so that random ones get deep into the decoders. */
const pool: readonly Uint8Array[] = [
  encodeIdPayload({ type: 2, id: other }),
  encodeIdPayload({ type: 3, id: channel }),
  encodeIdPayload({ type: 1, id: '7f000001452e00ff' as ServerId }),
  clientIdList.encode(people),
  modeList.encode([0, 3, 0xffffffff]),
  listEntries.encode([
    { type: 1, data: utf8('evil*!*@*') },
    { type: 2, data: new Uint8Array(40) },
  ]),
  encodePayload(publicKeyPayload, { type: 1, data: testKeyPair('k1024v1').publicKey.encoded }),
  utf8('nick@server'),
  utf8('channel'),
  new Uint8Array(4),
  new Uint8Array(2),
  new Uint8Array(20).fill(7),
  Uint8Array.of(0),
];
const argument = fc.record({
  type: fc.integer({ min: 1, max: 18 }),
  data: fc.oneof(fc.constantFrom(...pool), fc.uint8Array({ maxLength: 40 })),
});
const argumentLists = fc
  .array(argument, { maxLength: 17 })
  // Mostly one argument of a number, as real commands have them.
  .map((args) => args.map((arg, i) => (i % 3 === 2 ? arg : { ...arg, type: i + 1 })));

function valueOrSilcError<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SilcError)) throw error;
    return undefined;
  }
}

test('requests and replies of every command become values or SilcErrors however they are changed', () => {
  const all: readonly Command<unknown, unknown>[] = Object.values(commands);
  expect(all.length).toBeGreaterThan(20);
  let understood = 0;
  for (const command of all) {
    fc.assert(
      fc.property(argumentLists, mutations, (args, changes) => {
        const payload = encodePayload(commandPayload, { command: command.number, ident: 1, args });
        const message = valueOrSilcError(() => decodePayload(commandPayload, mutated(payload, changes)));
        if (message === undefined) return;
        const request = valueOrSilcError(() => decodeRequest(command, message));
        if (request !== undefined) {
          understood++;
          valueOrSilcError(() => encodeRequest(command, 1, request));
        }
        const success = { ...message, args: [{ type: 1, data: new Uint8Array(2) }, ...message.args] };
        for (const reply of [message, success]) {
          const value = valueOrSilcError(() => decodeReply(command, reply));
          if (value !== undefined && 'value' in value) {
            understood++;
            valueOrSilcError(() => encodeReply(command, 1, value.value));
          }
        }
      }),
      { numRuns: 200 },
    );
  }
  // The pool is good for something: many of the messages are understood.
  expect(understood).toBeGreaterThan(500);
});
