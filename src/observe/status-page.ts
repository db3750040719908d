import type { Health } from './http.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const STYLE = `body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
h1{font-size:1.4em}table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:.2em 1.2em .2em 0}
th{font-weight:normal;color:#555}.ok{color:#060}.bad{color:#a00;font-weight:bold}`;

/** A page for people who look at the port: what /healthz says, and figures. Plain HTML without a script; reload it for newer ones. */
export function statusPage(
  health: Health,
  figures: readonly (readonly [name: string, value: number])[],
): string {
  const { ok, ...details } = health;
  const state = ok ? '<span class="ok">well</span>' : '<span class="bad">not well</span>';
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>silc-xmpp-gateway: ${ok ? 'well' : 'not well'}</title><style>${STYLE}</style></head>
<body><h1>silc-xmpp-gateway is ${state}</h1>
${tableOf(details)}
<h2>Figures</h2>
${tableOf(Object.fromEntries(figures))}
<p><a href="/metrics">metrics</a> for Prometheus, <a href="/healthz">health</a> as JSON</p></body></html>
`;
}

function tableOf(rows: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(rows).map(
    ([name, value]) => `<tr><th>${escaped(name.replaceAll('_', ' '))}</th><td>${valueOf(value)}</td></tr>`,
  );
  return `<table>${lines.join('\n')}</table>`;
}

function valueOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueOf).join('<br>');
  if (typeof value === 'object' && value !== null) return tableOf({ ...value });
  return escaped(String(value));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
}
