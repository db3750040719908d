import pg from 'pg';
import { withDeadline } from '../../../util/race.js';
import type { PlainConnection } from '../../plain-connection.js';
import { clientConfig } from './client.js';
import { holderOf } from './lock-session.js';
import type { PostgresSettings } from './settings.js';

/** How long one answer may take, milliseconds; the server gives statements up before. */
const ANSWER_MS = 12_000;

const silent = (): Error => new Error('the server does not answer');

/** @throws what the driver throws */
export async function connectPlainly(settings: PostgresSettings): Promise<PlainConnection> {
  const client = new pg.Client(clientConfig(settings));
  // What breaks is told by the statement that it breaks.
  client.on('error', () => undefined);
  const close = (): Promise<void> => withDeadline(client.end(), ANSWER_MS, silent).catch(() => undefined);
  try {
    await withDeadline(client.connect(), ANSWER_MS, silent);
  } catch (cause) {
    void close();
    throw cause;
  }
  const all = async (
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> => {
    let number = 0;
    const numbered = sql.replaceAll('?', () => `$${++number}`);
    const asked = client.query<Record<string, unknown>>(numbered, [...values]);
    return (await withDeadline(asked, ANSWER_MS, silent)).rows;
  };
  return {
    all,
    has: async (table) => (await all('SELECT 1 AS one WHERE to_regclass(?) IS NOT NULL', [table])).length > 0,
    holder: () => withDeadline(holderOf(client), ANSWER_MS, silent),
    close,
  };
}
