import {
  COUNTED,
  type GatewayCounted,
  type GatewayCounter,
  type GatewayDuration,
  type GatewayGauge,
} from '../gateway/metrics-types.js';
import type { Catalogue, Descriptions, Labelled, Sample } from '../observe/metrics.js';
import type { Reading } from './reading.js';

const counters: Descriptions<GatewayCounter> = {
  stanzas_in: 'Stanzas received from the Jabber server.',
  stanzas_out: 'Stanzas sent to the Jabber server.',
  stanzas_dropped:
    'Stanzas given up: the outbox was full, they waited too long, or could not be sent; private messages included. By reason in drops.',
  stanzas_in_doubt:
    'Stanzas that were written to the Jabber server when the link broke, and may not have arrived; who should have got them is told.',
  jabber_links_lost: 'How often the link to the Jabber server ended.',
  handler_errors: 'Stanzas and events whose handling failed unexpectedly; each is in the log.',
  joins: 'Channels that were joined for Jabber users.',
  joins_refused: 'Joins that ended in an error.',
  silc_connects: 'Attempts to open a SILC session on a server.',
  silc_connect_failures: 'Attempts that failed.',
  silc_links_lost: 'SILC sessions that broke.',
  messages_to_silc: 'Messages handed to SILC.',
  messages_from_silc: 'Messages received from SILC.',
  messages_in_doubt:
    'Messages whose authors were told that a link broke behind them and SILC users may not have them.',
  archive_lines_lost: 'Lines that the archive lost because the store could not be written for too long.',
  ghosts_removed: 'Clients removed from rooms because their Jabber server said they are gone.',
};

const gauges: Descriptions<GatewayGauge> = {
  sessions: 'SILC sessions of users, those included that are being opened or restored.',
  rooms: 'Places of users in rooms, counted per user.',
  resources: 'Clients that are in a room, counted per room.',
  archive_queue: 'Entries of the archive that wait for the store.',
};

const countedTexts: Descriptions<GatewayCounted> = {
  drops: 'What was given up, by direction (to_jabber, from_jabber) and reason.',
  quota_refusals:
    'What went beyond a quota of limits (sessions, rooms, key_pairs, newcomers) or a share of limits.rates, by kind and by whose it was: user, domain, all.',
  refusals: 'Stanzas of Jabber users that were answered with an error, by kind of stanza and condition.',
  silc_handshakes: 'Handshakes with SILC servers, by network and result: ok, or what went wrong.',
};

const durations: Descriptions<GatewayDuration | 'jabber_write_wait_seconds'> = {
  message_to_silc_seconds: 'From a message for a channel to its hand-over to SILC.',
  message_from_silc_seconds:
    'From a message of a channel to its hand-over to the queue for the Jabber server.',
  jabber_write_wait_seconds:
    'How long the oldest stanza of each write has waited in the queue for the Jabber server.',
  stanza_handling_seconds:
    'From a stanza of a Jabber user to the end of its handling, refused ones left out.',
  join_seconds: 'From the wish to join a room to being let in.',
  silc_handshake_seconds: 'Handshakes with SILC servers that succeeded.',
};

export type OwnCatalogue = Catalogue<GatewayCounter, GatewayGauge, GatewayCounted, keyof typeof durations>;

/** Everything that is exported, with what it means. @param reading what is looked up when somebody asks */
export function metricsCatalogue(reading: () => Reading | undefined): OwnCatalogue {
  const one = (help: string, of: (now: Reading) => number, isCounter = false): Sample => ({
    ...{ help, labels: [], isCounter },
    read: function* () {
      const now = reading();
      if (now !== undefined) yield [{}, of(now)];
    },
  });
  return {
    ...{ counters, gauges, durations },
    counted: labelled(),
    samples: {
      jabber_link_up: one('Whether the gateway is attached to the Jabber server.', ({ link }) =>
        Number(link.online),
      ),
      jabber_attempts: one('Attempts to attach to the Jabber server.', ({ link }) => link.attempts, true),
      stanzas_unread: one(
        'Stanzas of the Jabber server that nobody could read, or over a limit; their senders are told.',
        ({ link }) => link.unread,
        true,
      ),
      outbox_stanzas: one('Stanzas that wait for the Jabber server.', ({ link }) => link.outbox.stanzas),
      outbox_size: one('What they take, in units of text.', ({ link }) => link.outbox.size),
      outbox_flows: one('Rooms and users that they belong to.', ({ link }) => link.outbox.flows),
      outbox_unproven: one(
        'Stanzas that were written, and not yet proven to be read.',
        ({ link }) => link.outbox.unproven,
      ),
      own_requests: one(
        'Own questions to Jabber entities that wait for an answer.',
        ({ link }) => link.requests,
      ),
      store_up: one('Whether the store works.', ({ store }) => Number(store.ok)),
      requests: one(
        'Questions of Jabber users that wait for their answer.',
        ({ gateway }) => gateway?.requests ?? 0,
      ),
      network_sessions: {
        help: 'SILC sessions by network and state: connected, connecting, reconnecting, idle.',
        labels: ['network', 'state'],
        read: function* () {
          for (const [network, { sessions }] of reading()?.gateway?.networks ?? []) {
            for (const [state, count] of Object.entries(sessions)) yield [{ network, state }, count];
          }
        },
      },
      silc_server_up: {
        help: 'By network and server: 0 when it was not there at the last attempt, or has not the key that it should have.',
        labels: ['network', 'server'],
        read: function* () {
          for (const [network, { servers }] of reading()?.gateway?.networks ?? []) {
            for (const { address: server, isAway, hasOtherKey } of servers) {
              yield [{ network, server }, Number(!isAway && !hasOtherKey)];
            }
          }
        },
      },
    },
  };
}

function labelled(): Readonly<Record<GatewayCounted, Labelled>> {
  const of = (name: GatewayCounted): Labelled => ({ help: countedTexts[name], labels: COUNTED[name] });
  return {
    drops: of('drops'),
    refusals: of('refusals'),
    quota_refusals: of('quota_refusals'),
    silc_handshakes: of('silc_handshakes'),
  };
}
