import type { Feature } from '../../gateway/feature.js';
import { coreSpecs } from './core.js';
import { passingSpecs } from './passing.js';
import { rfcRows, xepRows } from './table.js';

/** All that the gateway follows: what its features, the core, and the mapping of messages say. */
const allSpecs = (features: readonly Feature[]) => [
  ...features.flatMap(({ specs }) => specs),
  ...coreSpecs,
  ...passingSpecs,
];

/** Shared by so many features that each has a row of its own. */
const MULTI_USER_CHAT = 45;

/** The page docs/xeps.md. */
export function specsPage(features: readonly Feature[]): string {
  const specs = allSpecs(features);
  const xeps = table(
    ['XEP', 'Title', 'Version', 'Date', 'Status', 'What is done', 'What is left out', 'Namespaces'],
    xepRows(specs).map((row) => [
      `[${numberOf(row.xep)}](${addressOf(row.xep)})`,
      row.title,
      row.version,
      row.date,
      row.status,
      ...(row.xep === MULTI_USER_CHAT ? [BELOW, BELOW] : [row.parts.join('; '), row.leftOut.join('; ')]),
      row.namespaces.map((namespace) => `\`${namespace}\``).join(' '),
    ]),
  );
  const rooms = table(
    ['What is done', 'What is left out'],
    specs
      .flatMap((spec) =>
        'xep' in spec && spec.xep === MULTI_USER_CHAT ? [[spec.part ?? '', spec.leftOut ?? '']] : [],
      )
      .toSorted(([a = ''], [b = '']) => a.localeCompare(b, 'en', { numeric: true })),
  );
  const rfcs = table(
    ['RFC', 'Title', 'What is done'],
    rfcRows(specs).map(({ rfc, title, parts }) => [`[${rfc}](${rfcAddress(rfc)})`, title, parts.join('; ')]),
  );
  return `# Specifications

What the gateway follows of XMPP. Made from the table of features by \`npm run docs:xeps\`: do not edit. The same for programs is
\`doap.xml\`. What it follows of SILC is in [silc.md](silc.md). \`complete\` is what has nothing left out that a gateway could do.

## XEPs

${xeps}

## Multi-User Chat

Of XEP-0045, by section. Public test suites of it that run against the gateway, and the tests that do not pass with the reasons, are in
[xep-0045.md](xep-0045.md).

${rooms}

## RFCs

${rfcs}
`;
}

/** The description of the project for programs (XEP-0453), as RDF in XML. */
export function doap(
  features: readonly Feature[],
  project: { readonly name: string; readonly description: string },
): string {
  const rfcs = rfcRows(allSpecs(features)).map(
    ({ rfc }) => `    <implements rdf:resource="${rfcAddress(rfc)}"/>`,
  );
  const xeps = xepRows(allSpecs(features)).map(({ xep, status, version, parts, leftOut }) => {
    const notes = [...parts, ...leftOut.map((one) => `left out: ${one}`)].join('; ');
    return [
      '    <implements>',
      '      <xmpp:SupportedXep>',
      `        <xmpp:xep rdf:resource="${addressOf(xep)}"/>`,
      `        <xmpp:status>${status}</xmpp:status>`,
      `        <xmpp:version>${version}</xmpp:version>`,
      ...(notes === '' ? [] : [`        <xmpp:note xml:lang="en">${escaped(notes)}</xmpp:note>`]),
      '      </xmpp:SupportedXep>',
      '    </implements>',
    ].join('\n');
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- Made from the table of features by npm run docs:xeps: do not edit. -->
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns="http://usefulinc.com/ns/doap#"
         xmlns:xmpp="https://linkmauve.fr/ns/xmpp-doap#">
  <Project xml:lang="en">
    <name>${escaped(project.name)}</name>
    <shortdesc xml:lang="en">${escaped(project.description)}</shortdesc>
    <programming-language>TypeScript</programming-language>
    <os>Linux</os>
    <category rdf:resource="https://linkmauve.fr/ns/xmpp-doap#category-server"/>
${[...rfcs, ...xeps].join('\n')}
  </Project>
</rdf:RDF>
`;
}

/** One line a row, never padded: who adds one changes no other. */
function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const lineOf = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [lineOf(head), lineOf(head.map(() => '-')), ...body.map(lineOf)].join('\n');
}

const BELOW = '[below](#multi-user-chat)';

const numberOf = (xep: number): string => String(xep).padStart(4, '0');
const addressOf = (xep: number): string => `https://xmpp.org/extensions/xep-${numberOf(xep)}.html`;
const rfcAddress = (rfc: number): string => `https://www.rfc-editor.org/info/rfc${rfc}`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
