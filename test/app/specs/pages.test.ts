import { readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { commandsPage } from '../../../src/app/specs/commands-page.js';
import { doap, specsPage } from '../../../src/app/specs/page.js';
import { xepRows } from '../../../src/app/specs/table.js';
import type { XepSpec } from '../../../src/gateway/spec.js';
import { features } from '../../support/features.js';

const project = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly description: string;
};

const ping: XepSpec = {
  xep: 199,
  title: 'XMPP Ping',
  version: '2.0.1',
  date: '2019-03-26',
  status: 'complete',
};

describe('texts made from the table of features', () => {
  it('docs/xeps.md is up to date: npm run docs:xeps', async () => {
    await expect(specsPage(features)).toMatchFileSnapshot('../../../docs/xeps.md');
  });

  it('doap.xml is up to date: npm run docs:xeps', async () => {
    await expect(doap(features, project)).toMatchFileSnapshot('../../../doap.xml');
  });

  it('docs/commands.md is up to date: npm run docs:commands', async () => {
    await expect(commandsPage(features)).toMatchFileSnapshot('../../../docs/commands.md');
  });

  it('doap.xml is XML', () => {
    expect(() => new SaxesParser({ xmlns: true }).write(doap(features, project)).close()).not.toThrow();
  });

  it('a XEP of several features has one row, which is complete when each of them is', () => {
    const partial: XepSpec = { ...ping, status: 'partial', part: 'of rooms', leftOut: 'of users' };
    expect(xepRows([ping, partial, { ...ping, part: 'of rooms' }])).toEqual([
      { ...ping, status: 'partial', parts: ['of rooms'], leftOut: ['of users'], namespaces: [] },
    ]);
    expect(xepRows([ping, ping])).toMatchObject([{ status: 'complete', leftOut: [] }]);
  });

  it('a XEP has one version', () => {
    expect(() => xepRows([ping, { ...ping, version: '2.0' }])).toThrow('2.0.1, 2.0');
  });
});
