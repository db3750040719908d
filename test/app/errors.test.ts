import { expect, it } from 'vitest';
import { codesOf, errorsPage } from './errors-page.js';

it('docs/errors.md has every code and text: npm run docs:errors', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
});

it('codes are read from their definition', () => {
  const source =
    "export type Code =\n  /** One; two. */\n  | 'a'\n  /**\n   * Three.\n   */\n  | 'b';\nconst c = 1;";
  expect(codesOf(source, 'Code')).toEqual([
    ['a', 'One; two.'],
    ['b', 'Three.'],
  ]);
});

it('no code is left out', () => {
  const page = errorsPage();
  for (const code of [
    'in-doubt',
    'tls',
    'wrong-key',
    'busy',
    'closed',
    'server-key',
    'usage',
    'policy-violation',
  ]) {
    expect(page).toContain(`\n| \`${code}\` `);
  }
});
