import { expect, it } from 'vitest';
import { createMetrics } from '../../src/observe/metrics.js';

it('metrics are the given ones, and how far the event loop lags between two looks', async () => {
  const metrics = createMetrics({ joins: 'Joins.' }, { rooms: 'Rooms.' });
  metrics.increment('joins');
  metrics.adjust('rooms', 2);
  metrics.adjust('rooms', -1);
  const text = await metrics.registry.metrics();
  expect(text).toContain('\nsilc_xmpp_joins_total 1\n');
  expect(text).toContain('\nsilc_xmpp_rooms 1\n');
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_max_seconds \S+$/m);
});
