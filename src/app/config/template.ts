import { stringify } from 'yaml';
import { type ConfigKey, configKeys } from './keys.js';

/** Longest line of a comment without what is before it, UTF-16 units. */
const LINE_LENGTH = 112;

/**
 * The commented configuration that `init` writes, made from the schema. Every key that is not given stands there as a
 * comment with its default, or with an example where it has none; what has neither is told of by its neighbour.
 */
export function configurationText(given: {
  readonly domain: string;
  readonly network: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly secret: string;
}): string {
  const { domain, network, server, secret } = given;
  const values = {
    component: { domain, secret },
    networks: { [network]: { default: true, servers: [server], auth: { method: 'none' } } },
  };
  const intro = 'Configuration of silc-xmpp-gateway. Keys in comments show their defaults, or examples.';
  const sections = configKeys().map((key) => keyLines(key, values).join('\n'));
  return `# ${intro}\n\n${sections.join('\n\n')}\n`;
}

/** A key as it is given, below a comment; in comments as well where it is not. */
function keyLines(key: ConfigKey, given: Readonly<Record<string, unknown>>): string[] {
  const value = given[key.name];
  if (value === undefined) {
    const { above, lines } = shown(key);
    return [...above, ...lines.map((line) => `# ${line}`)];
  }
  const above = comment(key.description);
  if (!isMap(value) || key.fallback !== undefined) return [...above, `${key.name}: ${flow(value)}`];
  const inner = (map: Readonly<Record<string, unknown>>): string[] =>
    indented(key.keys.flatMap((child) => keyLines(child, map)));
  const body = key.isNamed
    ? Object.entries(value).flatMap(([name, map]) =>
        isMap(map) ? indented([`${flow(name)}:`, ...inner(map)]) : [],
      )
    : inner(value);
  return [...above, `${key.name}:`, ...body];
}

/** A key with its default or example, as it would be written, and the comment above it. */
function shown(key: ConfigKey): { readonly above: readonly string[]; readonly lines: readonly string[] } {
  const above = comment(key.description);
  const value = key.fallback ?? key.example;
  if (value === undefined || (isMap(value) && Object.keys(value).length === 0)) {
    if (key.keys.length === 0) return { above: [], lines: [] };
    const inner = key.keys.map(shown).flatMap((child) => [...child.above, ...child.lines]);
    return { above, lines: [`${key.name}:`, ...indented(inner)] };
  }
  const line = `${key.name}: ${flow(value)}`;
  const withComment = `${line}   # ${key.description}`;
  return withComment.length <= LINE_LENGTH ? { above: [], lines: [withComment] } : { above, lines: [line] };
}

function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > LINE_LENGTH && line !== '#') {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
