import { describe, expect, test } from 'vitest';
import { runDemo } from '../../src/demo/index.js';
import { Deferred } from '../../src/util/deferred.js';
import { Chromium } from './support/chromium.js';
import { keepDocumentedPicture, keepPicture } from './support/pictures.js';

/** An expression on the document of the Jabber client in the page. */
const inFrame = (expression: string): string =>
  `((document) => ${expression})(document.querySelector('iframe').contentDocument)`;

const COMPOSER = 'converse-muc textarea.chat-textarea';

describe('the page of the demonstration', () => {
  test('lets a newcomer talk on both sides', async () => {
    const stop = new Deferred<undefined>();
    const printed: string[] = [];
    const isUp = new Deferred<string>();
    const demo = runDemo({
      once: false,
      interrupted: stop.promise,
      logLevel: 'silent',
      print: (text) => {
        printed.push(text);
        const url = /http:\/\/127\.0\.0\.1:\d+\/[\w-]{24}\//.exec(text)?.[0];
        if (url !== undefined) isUp.resolve(url);
      },
    });
    demo.catch((error: unknown) => isUp.reject(new Error('the demonstration ended', { cause: error })));
    let browser: Chromium | undefined;
    try {
      const url = await isUp.promise;
      browser = await Chromium.start();
      await browser.open(url);

      // The Jabber client has logged in and is in the room; the SILC user sees it come.
      await browser.shows('visitor joined');
      await browser.until(`document.querySelector('#members').textContent === 'Here: alice, bob, visitor'`);
      await browser.until(inFrame(`document.querySelector('${COMPOSER}')`));

      await browser.type('#text', 'Hello from the SILC side, grüß dich');
      await browser.until(inFrame(`document.body.innerText.includes('Hello from the SILC side, grüß dich')`));
      await browser.until(`document.querySelector('#lines .own .text').textContent.startsWith('Hello')`);

      await browser.type('#text', '/me waves');
      await browser.until(inFrame(`document.body.innerText.includes('waves')`));

      await browser.typeInFrame('iframe', COMPOSER, 'Hello <b>from</b> the Jabber side');
      await browser.until(`[...document.querySelectorAll('#lines .said')].some((line) =>
        line.querySelector('.who').textContent === 'visitor' &&
        line.querySelector('.text').textContent === 'Hello <b>from</b> the Jabber side')`);

      await browser.type('#text', '/topic Both sides');
      await browser.until(inFrame(`document.body.innerText.includes('Both sides')`));
      await browser.type('#text', '/dance now');
      await browser.shows('There is no /dance here');
      await browser.evaluate(`document.querySelector('#text').value = ''`);
      await browser.type('#text', '/msg visitor just between us');
      await browser.until(`document.querySelector('#lines .private')`);
      await browser.until(inFrame(`document.body.innerText.includes('bob')`));

      // Loaded anew it shows what was said.
      await browser.open(url);
      await browser.shows('Hello <b>from</b> the Jabber side');
      await browser.until(inFrame(`document.querySelector('${COMPOSER}')`));
      const shown = browser;
      await keepDocumentedPicture('demo-page', () => shown.screenshot());
      expect(browser.console.filter((line) => /exceptionThrown|Content Security Policy/.test(line))).toEqual(
        [],
      );
    } finally {
      const shown = browser;
      if (shown !== undefined) await keepPicture('demo-page-at-the-end', () => shown.screenshot());
      await shown?.close();
      stop.resolve(undefined);
    }
    await demo;
    expect(printed.at(-1)).toBe('ending …');
  });
});
