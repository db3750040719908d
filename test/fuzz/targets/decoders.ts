import { SilcError } from '../../../src/silc/errors.js';
import { decoders } from '../../support/decoders/index.js';
import { outcomeOf, type Target } from '../support/target.js';

/** Decoders that calculate with keys, which takes a hundred times as long. */
const DEAR = /message|signature|public key|key exchange|answered attributes/;

/** Each decoder of the engine: a value or a SilcError, and nothing else. */
export const decoderTargets: readonly Target[] = decoders.map(({ what, decode, sample }) => ({
  name: what,
  seeds: [sample],
  cost: DEAR.test(what) ? 10 : 1,
  run: (octets) => {
    try {
      decode(octets);
      return 'value';
    } catch (error) {
      if (error instanceof SilcError) return outcomeOf(error);
      throw error;
    }
  },
}));
