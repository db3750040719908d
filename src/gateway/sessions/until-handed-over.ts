import { SilcError } from '../../silc/errors.js';

/** Links that may break under one message. */
export const MAX_TRIES = 3;

/**
 * Hands a message over to SILC; where the link is lost before that, again when there is one.
 * @param link undefined while there is none
 * @param work waits for the link; a {@link SilcError} of it means that nothing was handed over
 * @throws what `work` throws while there is a link, or at the last try
 */
export async function untilHandedOver(link: () => unknown, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await work();
      return;
    } catch (error) {
      const isBroken = error instanceof SilcError && link() === undefined;
      if (!isBroken || tries === MAX_TRIES) throw error;
    }
  }
}
