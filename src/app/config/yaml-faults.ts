import { type Document, isAlias, type LineCounter, visit, type YAMLError } from 'yaml';
import type { ConfigProblem } from './problem.js';

/**
 * What is said of each kind of error. The parser's own texts repeat what stands there, which may be a secret.
 */
const REASONS: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'an alias (*…) that is none: text that begins with * needs quotes',
  BAD_DQ_ESCAPE: 'a backslash in "…" that begins no escape: write \\\\, or take single quotes',
  BAD_INDENT: 'wrong indentation',
  BAD_SCALAR_START: 'text that begins with one of @ ` % needs quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a map inside a line: is a line not indented, or does text with ": " in it lack its quotes?',
  BLOCK_IN_FLOW: 'a block inside { } or [ ]',
  DUPLICATE_KEY: 'the key is there twice',
  MISSING_CHAR: 'something is missing: a closing quote or bracket, a colon, a comma, or the blank behind one',
  MULTILINE_IMPLICIT_KEY: 'a key without its colon, or a value that lacks its quotes',
  MULTIPLE_DOCS: 'a second document (---): only one is read',
  TAB_AS_INDENT: 'a tab in the indentation: only blanks are allowed',
  TAG_RESOLVE_FAILED: 'an unknown tag (!…): text that begins with ! needs quotes',
  UNEXPECTED_TOKEN: 'something that does not belong there: a bracket, a quote, or text without quotes',
};

/** What makes a text no YAML, or not the one that was meant; never with anything of the text in it. */
export function yamlFaults(document: Document, lines: LineCounter): readonly ConfigProblem[] {
  const faults = [...document.errors, ...document.warnings].map((error) => faultOf(error, lines));
  if (faults.length > 0) return faults;
  const anchors = new Set<string>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) faults.push(at(lines, node.range?.[0], REASONS['BAD_ALIAS']));
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
    },
  });
  return faults;
}

function faultOf({ code, pos }: YAMLError, lines: LineCounter): ConfigProblem {
  return at(lines, pos[0], REASONS[code] ?? `not understood as YAML (${code})`);
}

function at(lines: LineCounter, position: number | undefined, reason = ''): ConfigProblem {
  return { line: position === undefined ? undefined : lines.linePos(position).line, path: '', reason };
}
