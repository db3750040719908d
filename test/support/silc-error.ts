import { expect } from 'vitest';
import type { SilcErrorCode } from '../../src/silc/errors.js';

/** For `toThrow`: an error with this code. */
export function withCode(code: SilcErrorCode): Error {
  return expect.objectContaining({ name: expect.stringMatching(/^Silc.*Error$/) as string, code }) as Error;
}

/** For `toThrow`: a command that the server refused, or would refuse, with this status. */
export function refusedWith(status: number): Error {
  return expect.objectContaining({ name: 'SilcCommandError', status }) as Error;
}
