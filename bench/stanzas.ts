/**
 * CPU of stanzas, in one process without a socket: from the builder to the text that the socket gets, and from the text of
 * the Jabber server to the element. `npm run bench:stanzas`.
 */
import { Outbox, DEFAULT_OUTBOX_LIMITS } from '../src/component/outbox.js';
import { envelopeOf, StanzaSerializer } from '../src/component/outgoing.js';
import { DEFAULT_PARSER_LIMITS, GuardedParser } from '../src/component/parser.js';
import { type Element, xml } from '../src/component/stanza.js';
import { machine, median, printTable, type Row } from './table.js';

const ROUNDS = 9;
const STANZAS = 20_000;
const DOMAIN = 'silc.example.net';
const FROM = `lounge@${DOMAIN}/Some One`;
const addressees = Array.from({ length: 500 }, (_, index) => `user-${index}@jabber.example.org/phone`);

const message = (to?: string): Element =>
  xml(
    'message',
    { from: FROM, to, id: 'f3c0a5b1d7e94812', type: 'groupchat' },
    xml('body', {}, 'A line of the usual length, with one & in it: see you at eight, then.'),
    xml('occupant-id', { xmlns: 'urn:xmpp:occupant-id:0', id: 'gk3vZQ8yDmkUOsZ3' }),
    xml('stanza-id', { xmlns: 'urn:xmpp:sid:0', by: `lounge@${DOMAIN}`, id: '0193d1c2a6b8' }),
  );

const presence = (to: string): Element =>
  xml(
    'presence',
    { from: FROM, to },
    xml(
      'x',
      { xmlns: 'http://jabber.org/protocol/muc#user' },
      xml('item', { affiliation: 'none', role: 'participant', jid: `some.one!@${DOMAIN}` }),
      xml('status', { code: 110 }),
    ),
    xml('occupant-id', { xmlns: 'urn:xmpp:occupant-id:0', id: 'gk3vZQ8yDmkUOsZ3' }),
  );

/** Median of CPU µs a stanza. */
async function cpu(stanzas: number, work: () => void | Promise<void>): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    figures.push((user + system) / stanzas);
  }
  return median(figures.slice(2));
}

/** The outbox before a socket that takes everything; the text is encoded as the socket would do it. */
function outgoing(): { serializer: StanzaSerializer; outbox: Outbox } {
  const outbox = new Outbox(DEFAULT_OUTBOX_LIMITS, { onLost: () => undefined, onPressure: () => undefined });
  outbox.attach((text) => {
    Buffer.from(text);
    return Promise.resolve();
  });
  return { serializer: new StanzaSerializer(DOMAIN), outbox };
}

async function sendRow(what: string, build: (to: string) => Element): Promise<Row> {
  const { serializer, outbox } = outgoing();
  const figure = await cpu(STANZAS, async () => {
    for (let count = 0; count < STANZAS; count++) {
      const stanza = build(addressees[count % addressees.length] ?? '');
      const { text, sender } = serializer.serialize(stanza);
      outbox.push(sender, envelopeOf(stanza), stanza.attrs.to ?? '', text);
      // As many as a busy turn of the loop makes.
      if (count % 200 === 199) await new Promise((resolve) => setImmediate(resolve));
    }
    await outbox.drained();
  });
  return { what, values: { 'CPU µs': figure } };
}

async function sendToEachRow(): Promise<Row> {
  const { serializer, outbox } = outgoing();
  const lines = STANZAS / addressees.length;
  const figure = await cpu(STANZAS, async () => {
    for (let line = 0; line < lines; line++) {
      const stanza = message();
      const envelope = envelopeOf(stanza);
      const serialize = serializer.serializeFor(stanza);
      for (const to of addressees) {
        const { text, sender } = serialize(to);
        outbox.push(sender, envelope, to, text, to.length);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await outbox.drained();
  });
  return { what: 'message to each of 500', values: { 'CPU µs': figure } };
}

async function parseRow(what: string, stanza: Element, pieceUnits: number): Promise<Row> {
  const text = stanza.toString().repeat(STANZAS);
  let seen = 0;
  const figure = await cpu(STANZAS, () => {
    const parser = new GuardedParser(DEFAULT_PARSER_LIMITS, {
      onElement: () => (seen += 1),
      onEnd: () => undefined,
      onViolation: (error) => {
        throw error;
      },
    });
    parser.write(
      "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept'>",
    );
    for (let at = 0; at < text.length; at += pieceUnits) parser.write(text.slice(at, at + pieceUnits));
    parser.write(' ');
  });
  if (seen !== STANZAS * ROUNDS) throw new Error(`${seen} stanzas were read`);
  return { what, values: { 'CPU µs': figure, 'stanzas/s': 1e6 / figure } };
}

console.log(machine());
printTable('Sent: built, checked, rendered, queued, taken, encoded', [
  await sendRow('message', message),
  await sendRow('presence', presence),
  await sendToEachRow(),
]);
printTable('Received: read into elements', [
  await parseRow('message, in pieces of 64 KiB', message('user@example.org/phone'), 65_536),
  await parseRow(
    'message, each by itself',
    message('user@example.org/phone'),
    message('user@example.org/phone').toString().length,
  ),
  await parseRow('presence, in pieces of 64 KiB', presence('user@example.org/phone'), 65_536),
]);
