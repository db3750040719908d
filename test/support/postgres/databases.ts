import pg from 'pg';
import { onTestFinished } from 'vitest';

let last = 0;

/** Asks a database something. */
export async function ask<T extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** A new database on the server of a URL. @returns its URL */
export async function createDatabase(server: string): Promise<string> {
  const name = `gateway_${process.pid}_${++last}_${Math.trunc(Math.random() * 0xffff_ffff)}`;
  await ask(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Removes a database, whoever uses it. */
export async function dropDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  await ask(server.href, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Somebody who keeps a transaction open, in which something was done. @returns what ends it */
export async function hold(url: string, sql: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql);
  let isHeld = true;
  const release = async (): Promise<void> => {
    if (!isHeld) return;
    isHeld = false;
    await client.end();
  };
  onTestFinished(release);
  return release;
}
