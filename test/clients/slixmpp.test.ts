import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { JABBER_SERVERS } from '../e2e/support/jabber-server.js';
import { ScenarioWorld } from '../e2e/support/scenario.js';
import { sharedJabberServer } from '../e2e/support/shared-server.js';
import { SlixmppClient } from './support/slixmpp.js';

/** What the tests look at of a message, as slixmpp's plug-ins read it. */
interface Said {
  readonly from: string;
  readonly body: string;
  readonly id: string;
  readonly stanza_id: string;
}

const ANY_ID = expect.stringMatching(/^.{16,}$/) as string;

const texts = (lines: unknown): readonly string[] =>
  (lines as readonly Said[]).map(({ from, body }) => `${from.split('/')[1] ?? ''}: ${body}`);

describe.each(JABBER_SERVERS)('slixmpp on %s', (kind) => {
  test('a day in a room, each thing by its plug-in', async () => {
    const server = sharedJabberServer(kind);
    const world = await ScenarioWorld.start(server, { config: { history: { days: 30 } } });
    const clients: SlixmppClient[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'slixmpp-day-'));
    try {
      const room = world.room('lounge');
      const [alice, carol] = await Promise.all([
        SlixmppClient.login(server, 'alice'),
        SlixmppClient.login(server, 'carol'),
      ]);
      clients.push(alice, carol);

      // In the morning: alice founds the channel, bob of SILC and carol come.
      expect(await alice.do('join', { room, nick: 'alice' })).toEqual({
        codes: [110, 201],
        affiliation: 'owner',
        role: 'moderator',
        subject: null,
        occupants: ['alice'],
        history: [],
      });
      const bob = await world.native('bob');
      const { channel } = await bob.session.join('lounge');
      await alice.expect('presence', { from: `${room}/bob`, type: 'available', affiliation: 'none' });
      expect(await carol.do('join', { room, nick: 'carol' })).toMatchObject({
        affiliation: 'none',
        role: 'participant',
        occupants: ['alice', 'bob', 'carol'],
      });
      await bob.session.say(channel.id, 'good morning');
      const morning = await carol.expect('message', { from: `${room}/bob`, body: 'good morning' });
      expect(morning).toMatchObject({ type: 'groupchat', stanza_id: ANY_ID, occupant_id: ANY_ID });

      // Talk: a line, its correction, an answer, a reaction, and one that is taken back.
      const id = await alice.do('say', { to: room, body: 'helo' });
      const line = await carol.expect('message', { from: `${room}/alice`, body: 'helo', id });
      await alice.do('correct', { to: room, id, body: 'hello' });
      await carol.expect('message', { from: `${room}/alice`, body: 'hello', replaces: id });
      await carol.do('reply', { to: room, author: `${room}/alice`, id: line['stanza_id'], body: 'hi' });
      await alice.expect('message', { from: `${room}/carol`, body: 'hi', answers: line['stanza_id'] });
      await carol.do('react', { to: room, id: line['stanza_id'], reactions: ['👍'] });
      await alice.expect('message', { reactions: ['👍'], reacts_to: line['stanza_id'] });
      await alice.do('retract', { to: room, id: line['stanza_id'] });
      await carol.expect('message', { retracts: line['stanza_id'] });
      for (const heard of [/^helo$/, /hello$/, /hi$/, /👍/]) {
        await bob.log.find('channel-message', ({ message }) => heard.test(message.text ?? ''));
      }
      await alice.do('say', { to: `${room}/carol`, body: 'between us', kind: 'chat' });
      await carol.expect('message', { from: `${room}/alice`, body: 'between us', type: 'chat' });
      await alice.do('subject', { room, subject: 'tea' });
      await carol.expect('message', { from: `${room}/alice`, subject: 'tea' });

      // Who it is, and what there is.
      expect(await alice.do('self_ping', { occupant: `${room}/alice` })).toBe('JOINED');
      expect(await alice.do('self_ping', { occupant: `${world.room('elsewhere')}/alice` })).toBe(
        'DISCONNECTED',
      );
      const features = await alice.do('features', { jid: room });
      expect(features).toEqual(expect.arrayContaining(['http://jabber.org/protocol/muc', 'urn:xmpp:mam:2']));
      expect(await alice.do('version', { jid: world.gw })).toBe('silc-xmpp-gateway');
      expect(await carol.do('nick', { room, nick: 'caroline' })).toBe('caroline');
      await alice.expect('presence', { from: `${room}/caroline`, type: 'available' });

      // The form of the room, rights, and an invitation to a room that is for the invited.
      const form = (await alice.do('form', { room })) as Readonly<Record<string, unknown>>;
      expect(form['muc#roomconfig_membersonly']).toBe(false);
      await alice.do('affiliate', { room, affiliation: 'admin', nick: 'caroline' });
      await carol.expect('presence', { from: `${room}/caroline`, affiliation: 'admin', role: 'moderator' });
      expect(await alice.do('affiliated', { room, affiliation: 'admin' })).toHaveLength(1);
      expect(await carol.refusal('affiliate', { room, affiliation: 'none', nick: 'alice' })).toBeDefined();
      // Who is no member would be put out.
      await alice.do('affiliate', { room, affiliation: 'member', nick: 'bob' });
      await alice.do('configure', { room, values: { 'muc#roomconfig_membersonly': true } });
      const [dave, erin] = await Promise.all([
        SlixmppClient.login(server, 'dave'),
        SlixmppClient.login(server, 'erin'),
      ]);
      clients.push(dave, erin);
      await alice.do('invite', { room, jid: dave.bareJid, reason: 'tea' });
      await dave.expect('invitation', { room, reason: 'tea' });
      await dave.expect('direct invitation', { room });
      expect(await erin.refusal('join', { room, nick: 'erin' })).toBe('registration-required');
      await dave.do('join', { room, nick: 'dave' });
      await alice.do('configure', { room, values: { 'muc#roomconfig_membersonly': false } });
      await alice.do('role', { room, nick: 'dave', role: 'none' });
      await dave.expect('presence', { from: `${room}/dave`, type: 'unavailable', role: 'none' });

      // A file, where it is everybody's link.
      const file = join(folder, 'tea.txt');
      writeFileSync(file, 'darjeeling');
      const url = String(await alice.do('upload', { path: file }));
      await alice.do('share', { to: room, url });
      await carol.expect('message', { from: `${room}/alice`, body: url });
      await bob.log.find('channel-message', ({ message }) => message.text?.includes(url) === true);
      expect(await (await fetch(url)).text()).toBe('darjeeling');

      // In the evening: what was said, on coming back and by pages.
      for (let count = 0; count < 25; count++) await alice.do('say', { to: room, body: `evening ${count}` });
      await carol.expect('message', { body: 'evening 24' });
      const archive = texts(await carol.do('archive', { room, page: 10 }));
      // Of what was taken back only the tombstone is left.
      expect(archive.slice(0, 2)).toEqual(['bob: good morning', 'alice: ']);
      expect(archive.slice(-25)).toEqual(Array.from({ length: 25 }, (_, count) => `alice: evening ${count}`));
      const backwards = texts(await carol.do('archive', { room, page: 10, reverse: true, total: 12 }));
      expect(backwards).toEqual(archive.slice(-12).toReversed());
      expect(await carol.do('archive_metadata', { room })).toEqual({
        start: ANY_ID,
        end: ANY_ID,
      });
      await carol.do('leave', { room, nick: 'caroline' });
      await alice.expect('presence', { from: `${room}/caroline`, type: 'unavailable' });
      const back = (await carol.do('join', { room, nick: 'carol', maxstanzas: 3 })) as {
        readonly history: unknown;
        readonly subject: string;
      };
      expect(texts(back.history)).toEqual(['alice: evening 22', 'alice: evening 23', 'alice: evening 24']);
      expect(back.subject).toBe('tea');
      expect(clients.flatMap(({ events }) => events.filter(({ event }) => event === 'error'))).toHaveLength(
        1,
      );
    } finally {
      await Promise.all(clients.map((client) => client.logout()));
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
