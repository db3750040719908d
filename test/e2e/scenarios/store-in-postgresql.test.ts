import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { iqResult } from '../../../src/component/stanza.js';
import { isGap } from '../support/gap.js';
import { scenario } from '../support/scenario.js';
import { ask } from '../../support/postgres/databases.js';
import { PostgresServer } from '../../support/postgres/server.js';

let server: PostgresServer;
let days = 0;
const folder = mkdtempSync(join(tmpdir(), 'store-in-postgresql-'));
const config: Record<string, Record<string, unknown>> = { store: {}, history: { days: 30 } };

beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

// Contract 6: the store is SQLite or PostgreSQL, and nobody who talks can tell which.
scenario(
  'a day with PostgreSQL as the store: history, a restart that nobody notices, the same identity',
  async (world) => {
    const name = `day_${++days}_on_${world.kind}`;
    await ask(server.url('postgres'), `CREATE DATABASE ${name} TEMPLATE template0`);
    await world.stopGateway();
    Object.assign(config['store'] ?? {}, { url: server.url(name), key_file: join(folder, name) });
    await world.startGateway();

    const room = world.room('lounge');
    const bob = await world.native('bob');
    const { channel } = await bob.session.join('lounge');
    const alice = await world.user();
    alice.onRequest((iq) => iqResult(iq));
    await alice.join(room, 'alice');
    await bob.session.say(channel.id, 'good morning');
    await alice.expect({ from: `${room}/bob`, body: 'good morning' });
    await alice.say(room, 'hello');
    await alice.expect({ from: `${room}/alice`, body: 'hello' });
    const key = (): string | undefined =>
      [...channel.members.values()].find(({ user }) => user.nickname === 'alice')?.user.clientId;
    await bob.log.find('channel-message', ({ message }) => message.text === 'hello');
    const before = key();
    expect(before).toBeDefined();

    await world.stopGateway('suspend');
    await bob.session.say(channel.id, 'into the gap');
    await world.startGateway();
    await alice.expect(isGap, 'the gap line');
    await alice.say(room, 'still here');
    await bob.log.find('channel-message', ({ message }) => message.text === 'still here');
    expect(key()).toBe(before);

    await alice.leave(room, 'alice');
    const { history } = await alice.join(room, 'alice');
    const lines = history.map((line) => line.getChildText('body'));
    expect(lines).toEqual(expect.arrayContaining(['good morning', 'hello', 'still here']));
    const [{ keys } = { keys: 0 }] = await ask<{ keys: number }>(
      server.url(name),
      'SELECT count(*)::int AS keys FROM identity',
    );
    expect(keys).toBeGreaterThan(0);
  },
  { config },
);
