import { codeOf, reason, StoreError } from '../../errors.js';

/** Whether PostgreSQL says that what is stored is damaged: octets of it, or a table or column that somebody has removed. */
export function isDamage(cause: unknown): boolean {
  return /^(?:XX001|XX002|42P01|42703)$/.test(codeOf(cause));
}

/** Somebody holds a lock, a statement took too long, two transactions hindered each other, all connections are taken. */
const PASSING = /^(?:55P03|57014|40P01|40001|53300|25P03)$/;

/** What the server or the driver said; `busy` where it may work a little later. */
export function translated(cause: unknown): unknown {
  if (PASSING.test(codeOf(cause))) return new StoreError('busy', reason(cause), { cause });
  // The driver has no code for its own deadline.
  if (cause instanceof Error && cause.message.startsWith('timeout exceeded')) {
    return new StoreError('busy', 'no connection to the database is free', { cause });
  }
  return cause;
}
