import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { healthOf } from '../../src/app/health.js';
import { metricsCatalogue } from '../../src/app/metrics-catalogue.js';
import { metricsPage } from '../../src/app/metrics-page.js';
import type { Reading } from '../../src/app/reading.js';
import { createMetrics } from '../../src/observe/metrics.js';

const reading: Reading = {
  link: {
    ...{ online: true, foreignDomain: undefined, attempts: 3, pings: 0, unread: 2, requests: 1 },
    outbox: { stanzas: 4, size: 500, flows: 2, unproven: 1, overflowed: 0, expired: 0 },
  },
  store: { ok: true },
  gateway: {
    networks: new Map([
      [
        'net',
        {
          servers: [
            { address: 'a:706', isAway: true, hasOtherKey: false },
            { address: 'b:706', isAway: false, hasOtherKey: false },
          ],
          sessions: { connected: 5, connecting: 1, reconnecting: 2, idle: 0 },
        },
      ],
    ]),
    requests: 6,
  },
};

/** Every name that Prometheus sees, those of Node included. */
async function exported(): Promise<ReadonlySet<string>> {
  const { registry } = createMetrics(metricsCatalogue(() => reading));
  const text = await registry.metrics();
  const names = new Set<string>();
  for (const [, name = '', type] of text.matchAll(/^# TYPE (\S+) (\w+)$/gm)) {
    for (const end of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) names.add(name + end);
  }
  return names;
}

it('docs/metrics.md has every figure: npm run docs:metrics', async () => {
  await expect(metricsPage()).toMatchFileSnapshot('../../docs/metrics.md');
});

it('the Grafana boards use metrics that there are, and each of the own ones', async () => {
  const names = await exported();
  const folder = new URL('../../packaging/grafana/', import.meta.url);
  const used = new Set<string>();
  for (const file of readdirSync(folder)) {
    const board = readFileSync(new URL(file, folder), 'utf8');
    const expressions = [...board.matchAll(/"(?:expr|query)": "((?:[^"\\]|\\.)*)"/g)].map(
      ([, text = '']) => text,
    );
    expect(expressions.length).toBeGreaterThan(10);
    for (const [name] of expressions.join('\n').matchAll(/\b(?:silc_xmpp|nodejs|process)_\w+/g))
      used.add(name);
  }
  expect([...used].filter((name) => !names.has(name))).toEqual([]);
  const own = [...names].filter((name) => /^silc_xmpp_/.test(name) && !/_(?:sum|count)$/.test(name));
  expect(own.filter((name) => !used.has(name))).toEqual([]);
});

it('samples are read when somebody asks', async () => {
  const text = await createMetrics(metricsCatalogue(() => reading)).registry.metrics();
  for (const line of [
    'silc_xmpp_network_sessions{network="net",state="connected"} 5',
    'silc_xmpp_silc_server_up{network="net",server="a:706"} 0',
    'silc_xmpp_silc_server_up{network="net",server="b:706"} 1',
    'silc_xmpp_outbox_stanzas 4',
    'silc_xmpp_stanzas_unread_total 2',
    'silc_xmpp_jabber_link_up 1',
    'silc_xmpp_store_up 1',
  ]) {
    expect(text).toContain(`\n${line}\n`);
  }
});

const around = { domain: 'gw', version: '1', loopLag: { p99_ms: 1, max_ms: 2 }, archiveQueue: 7 };

it('health tells each link, the store, and what waits', () => {
  expect(healthOf(reading, around)).toEqual({
    ...{ ok: true, version: '1', component: 'online', store: 'ok', degraded: [] },
    networks: {
      net: {
        servers: [
          { address: 'a:706', state: 'away' },
          { address: 'b:706', state: 'ok' },
        ],
        sessions: { connected: 5, connecting: 1, reconnecting: 2, idle: 0 },
      },
    },
    backlog: { to_jabber_stanzas: 4, to_jabber_size: 500, archive_entries: 7, requests: 6 },
    event_loop_lag: { p99_ms: 1, max_ms: 2 },
  });
});

it.each<readonly [string, Partial<Reading>, ok: boolean, said: object]>([
  [
    'without the Jabber server',
    { link: { ...reading.link, online: false } },
    false,
    { component: 'offline' },
  ],
  [
    'for another domain',
    { link: { ...reading.link, foreignDomain: 'gw.other' } },
    false,
    { component_reason: 'the Jabber server takes this component for gw.other, not for gw' },
  ],
  [
    'with a store that fails',
    { store: { ok: false, reason: 'full' } },
    false,
    { store: 'failing', store_reason: 'full' },
  ],
  [
    'without its only SILC server',
    {
      gateway: {
        requests: 0,
        networks: new Map([
          [
            'net',
            {
              servers: [{ address: 'a:706', isAway: true, hasOtherKey: false }],
              sessions: { connected: 0, connecting: 0, reconnecting: 1, idle: 0 },
            },
          ],
        ]),
      },
    },
    true,
    { degraded: ['network net: no server answers'] },
  ],
])('health %s', (_name, change, ok, said) => {
  expect(healthOf({ ...reading, ...change }, around)).toMatchObject({ ok, ...said });
});
