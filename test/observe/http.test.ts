import { Counter, Registry } from 'prom-client';
import { afterEach, describe, expect, it } from 'vitest';
import { ObservationServer } from '../../src/observe/http.js';

/** As what another server has said. */
const hostile = `<script>alert("1")</script>'&`;

let server: ObservationServer | undefined;
afterEach(async () => server?.close());

async function start(ok: boolean): Promise<string> {
  const registry = new Registry();
  new Counter({ name: 'things_total', help: 'Things.', registers: [registry] }).inc(3);
  server = await ObservationServer.listen({
    host: '127.0.0.1',
    port: 0,
    registry,
    health: () => ({ ok, component: ok ? 'online' : 'offline', reason: hostile }),
    figures: () => Promise.resolve([['things_total', 3]]),
  });
  return `http://127.0.0.1:${server.port}`;
}

describe('observation server', () => {
  it('serves metrics and health', async () => {
    const base = await start(true);
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('things_total 3');
    const health = await fetch(`${base}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ ok: true, component: 'online', reason: hostile });
  });

  it('shows people a page that has no script in it, whatever is in the answer', async () => {
    const page = await fetch(await start(true));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).toContain('<th>component</th><td>online</td>');
    expect(html).toContain('<th>things total</th><td>3</td>');
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;');
    expect(html).not.toMatch(/<script|javascript:|\son\w+=/i);
  });

  it('answers 503 when unhealthy, 404 elsewhere, 405 to writes', async () => {
    const base = await start(false);
    expect((await fetch(`${base}/healthz`)).status).toBe(503);
    expect((await fetch(base)).status).toBe(503);
    expect((await fetch(`${base}/secrets`)).status).toBe(404);
    expect((await fetch(`${base}/metrics`, { method: 'POST' })).status).toBe(405);
  });
});
