import type { core } from 'zod';
import { z } from '../../util/zod.js';
import { schema } from './schema.js';

/** One key of the configuration, as the schema tells of it. */
export interface ConfigKey {
  readonly name: string;
  readonly description: string;
  readonly isNeeded: boolean;
  /** What holds where the key is left out; undefined where nothing does. */
  readonly fallback: unknown;
  /** Shown where there is no fallback. */
  readonly example: unknown;
  /** What may stand there, in words. */
  readonly values: string;
  /** Keys of a map, of the maps of a list, or of all variants of a map. */
  readonly keys: readonly ConfigKey[];
  /** A map whose keys the operator names: `keys` are those of each of its values. */
  readonly isNamed: boolean;
  /** `keys` stand in each item of a list. */
  readonly isList: boolean;
}

type Node = core.JSONSchema.BaseSchema;

/** The sections of a configuration with all their keys, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return keysOf(z.toJSONSchema(schema, { io: 'input' }));
}

function keysOf(node: Node): ConfigKey[] {
  const found = new Map<string, { child: Node; isNeeded: boolean }>();
  for (const variant of node.oneOf === undefined ? [node] : node.oneOf.map(asNode)) {
    for (const [name, child] of Object.entries(variant.properties ?? {})) {
      const isNeeded = variant.required?.includes(name) === true;
      const known = found.get(name);
      // What tells the variants apart has one constant in each of them.
      const merged = known === undefined ? asNode(child) : oneOfBoth(known.child, asNode(child));
      found.set(name, { child: merged, isNeeded });
    }
  }
  return [...found].map(([name, { child, isNeeded }]) => keyOf(name, child, isNeeded));
}

function keyOf(name: string, node: Node, isNeeded: boolean): ConfigKey {
  const items = node.type === 'array' && !Array.isArray(node.items) ? asNode(node.items) : undefined;
  const named = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  return {
    name,
    description: node.description ?? '',
    isNeeded,
    fallback: node.default,
    example: node.examples?.[0],
    values: valuesOf(node, items),
    keys: keysOf(items ?? named ?? node),
    isNamed: named !== undefined,
    isList: items !== undefined,
  };
}

function valuesOf(node: Node, items: Node | undefined): string {
  const choices = node.enum ?? (node.const === undefined ? undefined : [node.const]);
  if (choices !== undefined) return choices.map((choice) => `\`${String(choice)}\``).join(', ');
  if (node.type === 'boolean') return '`true`, `false`';
  if (node.type === 'integer') {
    const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = node;
    return maximum === Number.MAX_SAFE_INTEGER ? `${minimum} or more` : `${minimum} to ${maximum}`;
  }
  if (items !== undefined) return items.type === 'object' ? 'list of maps' : 'list';
  return node.type === 'string' ? 'text' : 'map';
}

function oneOfBoth(one: Node, other: Node): Node {
  return { ...one, enum: [...(one.enum ?? [one.const ?? null]), other.const ?? null] };
}

/** JSON Schema has `true` and `false` where a schema may stand; the configuration's has none. */
function asNode(node: core.JSONSchema._JSONSchema | undefined): Node {
  return typeof node === 'object' ? node : {};
}
