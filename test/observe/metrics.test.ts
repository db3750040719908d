import { expect, it } from 'vitest';
import { createMetrics } from '../../src/observe/metrics.js';

it('metrics are the given ones, and how far the event loop lags between two looks', async () => {
  let asked = 0;
  const metrics = createMetrics({
    counters: { joins: 'Joins.' },
    gauges: { rooms: 'Rooms.' },
    counted: { drops: { help: 'Drops.', labels: ['reason'] } },
    durations: { join_seconds: 'Joins.' },
    samples: {
      queue: {
        help: 'Queue.',
        labels: ['of'],
        read: () => [
          [{ of: 'a' }, ++asked],
          [{ of: 'b' }, 5],
        ],
      },
      tries: { help: 'Tries.', labels: [], isCounter: true, read: () => [[{}, 7]] },
    },
  });
  metrics.increment('joins');
  metrics.adjust('rooms', 2);
  metrics.adjust('rooms', -1);
  metrics.count('drops', { reason: 'overflow' }, 2);
  metrics.count('drops', { reason: 'expired' });
  metrics.took('join_seconds', 30);
  const text = await metrics.registry.metrics();
  expect(text).toContain('\nsilc_xmpp_joins_total 1\n');
  expect(text).toContain('\nsilc_xmpp_rooms 1\n');
  expect(text).toContain('\nsilc_xmpp_drops_total{reason="overflow"} 2\n');
  expect(text).toContain('\nsilc_xmpp_join_seconds_bucket{le="0.05"} 1\n');
  expect(text).toContain('\nsilc_xmpp_join_seconds_bucket{le="0.025"} 0\n');
  expect(text).toContain('\nsilc_xmpp_queue{of="a"} 1\n');
  expect(text).toContain('\nsilc_xmpp_tries_total 7\n');
  expect(Object.fromEntries(await metrics.figures())).toEqual({
    ...{ silc_xmpp_joins_total: 1, silc_xmpp_rooms: 1, silc_xmpp_drops_total: 3 },
    // Looked up anew, and a counter is not added to itself.
    ...{ silc_xmpp_join_seconds: 1, silc_xmpp_queue: 7, silc_xmpp_tries_total: 7 },
  });
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_max_seconds \S+$/m);
});
