import { metricsCatalogue } from './metrics-catalogue.js';

/** `docs/metrics.md`: every figure of the gateway, from the same table that exports them. */
export function metricsPage(): string {
  const { counters, gauges, counted, durations, samples } = metricsCatalogue(() => undefined);
  const rows: (readonly [name: string, kind: string, labels: string, meaning: string])[] = [
    ...Object.entries(counters).map(([name, help]) => [`${name}_total`, 'counter', '', help] as const),
    ...Object.entries(counted).map(
      ([name, { help, labels }]) => [`${name}_total`, 'counter', list(labels), help] as const,
    ),
    ...Object.entries(gauges).map(([name, help]) => [name, 'gauge', '', help] as const),
    ...Object.entries(samples).map(([name, { help, labels, isCounter }]) => {
      return isCounter === true
        ? ([`${name}_total`, 'counter', list(labels), help] as const)
        : ([name, 'gauge', list(labels), help] as const);
    }),
    ...Object.entries(durations).map(([name, help]) => [name, 'histogram', '', help] as const),
  ];
  const cells = [
    ['Name', 'Kind', 'Labels', 'Meaning'],
    ...rows.map(([name, kind, labels, meaning]) => [`\`silc_xmpp_${name}\``, kind, labels, meaning]),
  ];
  return `# Metrics

<!-- Made of the table that exports them by \`npm run docs:metrics\`. -->

Where \`http.listen\` is set, \`/metrics\` has these for Prometheus, beside those of Node itself (\`process_…\`, \`nodejs_…\`: memory, descriptors,
\`nodejs_eventloop_lag_p99_seconds\`). No label holds an address of a user. The board in \`packaging/grafana\` shows all of them: import it into
Grafana, and choose the data source.

${tableOf(cells)}

What the parts of \`drops\` mean: \`overflow\` too much waited for the Jabber server, \`expired\` it waited for a minute, \`stopped\` the gateway
was ending, \`private-message\` a private message from SILC could not be shown, \`no-address\` a stanza without sender or receiver; others are
stanzas that cannot be written as XML. \`silc_handshakes\` has the result \`ok\`, or \`server-key\` for a key that is not the known one,
\`auth-failed\`, \`timeout\`, \`closed\` and the other codes of [errors](errors.md).
`;
}

const list = (labels: readonly string[]): string => labels.map((label) => `\`${label}\``).join(', ');

function tableOf(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - cell.length)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.slice(1).map(line)].join('\n');
}
