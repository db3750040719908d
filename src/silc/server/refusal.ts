import type { CommandArgument } from '../commands/arguments.js';
import { encodeIdPayload, type TypedId } from '../ids.js';

/** A refused command: the status, and the objects that it is about (arguments 2 and 3 of the reply). */
export class Refusal extends Error {
  readonly status: number;
  readonly args: readonly CommandArgument[];

  constructor(status: number, ...about: readonly (TypedId | string | undefined)[]) {
    super(`refused with status ${status}`);
    this.name = 'Refusal';
    this.status = status;
    this.args = about.flatMap((object, i) =>
      object === undefined
        ? []
        : [
            {
              type: 2 + i,
              data: typeof object === 'string' ? new TextEncoder().encode(object) : encodeIdPayload(object),
            },
          ],
    );
  }
}

/** Throws where a rights question was answered with a status. */
export function demand(status: number, ...about: readonly (TypedId | string | undefined)[]): void {
  if (status !== 0) throw new Refusal(status, ...about);
}
