import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/silc/commands/index.js';
import { eventTypes } from '../../src/cli/silc/events/index.js';

const guide = readFileSync(new URL('../../docs/operator.md', import.meta.url), 'utf8');

describe('the operator guide', () => {
  it('names every command of the SILC client', () => {
    const missing = [...commands.keys()].filter((name) => !new RegExp(`\`/${name}[ \`]`).test(guide));
    expect(missing).toEqual([]);
  });

  it('names every event in JSON', () => {
    expect(eventTypes.filter((type) => !guide.includes(`\`${type}\``))).toEqual([]);
  });
});
