import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { ObservationServer } from '../../src/observe/http.js';

let server: ObservationServer | undefined;
afterEach(async () => server?.close());

async function start(ok: boolean): Promise<string> {
  const registry = new Registry();
  new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3);
  server = await ObservationServer.listen({
    host: '127.0.0.1',
    port: 0,
    registry,
    health: () => ({ ok, component: ok ? 'online' : 'offline' }),
  });
  return `http://127.0.0.1:${server.port}`;
}

describe('observation server', () => {
  it('serves metrics and health', async () => {
    const base = await start(true);
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('things_total 3');
    const health = await fetch(`${base}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ ok: true, component: 'online' });
  });

  it('answers 503 when unhealthy, 404 elsewhere, 405 to writes', async () => {
    const base = await start(false);
    expect((await fetch(`${base}/healthz`)).status).toBe(503);
    expect((await fetch(`${base}/secrets`)).status).toBe(404);
    expect((await fetch(`${base}/metrics`, { method: 'POST' })).status).toBe(405);
  });
});
