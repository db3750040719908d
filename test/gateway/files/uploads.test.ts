import { describe, expect, it } from 'vitest';
import { StanzaError, type StanzaErrorCondition, xml, type Element } from '../../../src/component/stanza.js';
import { Access } from '../../../src/gateway/access.js';
import type { GatewayContext } from '../../../src/gateway/context.js';
import { UploadServices } from '../../../src/gateway/features/files/upload-services.js';
import { Uploads } from '../../../src/gateway/features/files/uploads.js';
import { readSlot } from '../../../src/mapping/mime/upload-slot.js';
import { noMetrics } from '../../../src/gateway/metrics-types.js';
import { Quotas } from '../../../src/gateway/quotas/quotas.js';
import { DEFAULT_RATES } from '../../../src/gateway/quotas/rates.js';
import { testConfig } from '../support/world.js';
import { parseStanza } from '../../support/xmpp/canonical.js';
import { watchedLog } from '../../support/secrets/log.js';

const NS = 'urn:xmpp:http:upload:0';

/** Jabber servers: `jabber.test` offers `up.jabber.test`, `other.test` offers nothing. */
function servers(upload: string, refusal?: StanzaErrorCondition) {
  const asked: string[] = [];
  const answer = (iq: Element): Element => {
    const to = iq.attrs.to ?? '';
    const [child] = iq.getChildElements();
    asked.push(`${to} ${child?.name} ${child?.attrs.xmlns?.split('#')[1] ?? child?.attrs.size ?? ''}`);
    if (child?.name === 'request') {
      if (refusal !== undefined) throw new StanzaError('cancel', refusal);
      const url = 'https://files.test/x';
      return xml('iq', {}, xml('slot', { xmlns: NS }, xml('put', { url }), xml('get', { url })));
    }
    const xmlns = child?.attrs.xmlns ?? '';
    if (xmlns.endsWith('#items')) {
      const items = to === 'jabber.test' ? [xml('item', { jid: 'up.jabber.test' })] : [];
      return xml('iq', {}, xml('query', { xmlns }, items));
    }
    const isUpload = to === 'up.jabber.test';
    const size = xml('field', { var: 'max-file-size' }, xml('value', {}, '500'));
    const type = xml('field', { var: 'FORM_TYPE' }, xml('value', {}, NS));
    const form = xml('x', { xmlns: 'jabber:x:data', type: 'result' }, type, size);
    return xml('iq', {}, xml('query', { xmlns }, isUpload ? [xml('feature', { var: NS }), form] : []));
  };
  const context = {
    domain: 'gw.test',
    config: { files: { upload, max_octets: 1_000 } },
    access: new Access({ allow: ['jabber.test'], deny: [], admins: [] }),
    log: watchedLog(),
    request: async (iq: Element) => Promise.resolve(answer(iq)),
  } as unknown as GatewayContext;
  return { context, asked };
}

const file = { name: 'a.png', type: 'image/png', octets: 100 };

describe('upload services', () => {
  it('are those that the servers of the users offer, asked once', async () => {
    const { context, asked } = servers('auto');
    const services = new UploadServices(context);
    const slot = await services.slot(file, ['alice@jabber.test', 'bob@jabber.test']);
    expect(slot).toMatchObject({ get: 'https://files.test/x', isTrusted: true });
    await services.slot(file, ['alice@jabber.test']);
    expect(asked).toEqual([
      'jabber.test query items',
      'jabber.test query info',
      'up.jabber.test query info',
      'up.jabber.test request 100',
      'up.jabber.test request 100',
    ]);
  });

  it('are not there for users of a server without one', async () => {
    const services = new UploadServices(servers('auto').context);
    await expect(services.slot(file, ['eve@other.test'])).rejects.toThrow('there is no upload service');
  });

  it('get nothing that is too large for them', async () => {
    const { context, asked } = servers('auto');
    const services = new UploadServices(context);
    await expect(services.slot({ ...file, octets: 501 }, ['alice@jabber.test'])).rejects.toThrow('too large');
    expect(asked.filter((one) => one.includes('request'))).toEqual([]);
  });

  it('are the configured one alone, which is not asked again for a while when it refuses', async () => {
    const { context, asked } = servers('files.test', 'forbidden');
    const services = new UploadServices(context);
    for (let i = 0; i < 2; i++) {
      await expect(services.slot(file, ['alice@jabber.test'])).rejects.toThrow('does not serve this gateway');
    }
    expect(asked).toEqual(['files.test request 100']);
  });
});

describe('files of one sender', () => {
  const upload = (key: string) => ({
    ...file,
    content: new Uint8Array(100),
    sender: { network: 'net', key },
    audience: [],
  });

  it('are refused when they are many or large, and told why', async () => {
    const uploads = new Uploads(servers('files.test', 'resource-constraint').context, () => undefined);
    expect(String(uploads.refusal(1_001))).toBe('files up to 1000 octets are passed on');
    const reasons: string[] = [];
    for (let i = 0; i < 21; i++) reasons.push(String((await uploads.publish(upload('bob'))).reason));
    expect(reasons.at(-2)).toBe('the upload service takes no more at the moment');
    expect(reasons.at(-1)).toMatch(
      /^its sender sends too many files; the next one is taken in \d+ seconds?$/,
    );
    expect(String((await uploads.publish(upload('carol'))).reason)).toBe(
      'the upload service takes no more at the moment',
    );
  });

  it('are refused with a time when the share of who gets them is used up, and of nobody else', async () => {
    const { context } = servers('files.test', 'resource-constraint');
    const rates = { ...DEFAULT_RATES, uploads: { user: 1, domain: 2, all: 100 } };
    const config = { ...context.config, limits: testConfig({ limits: { rates } }).limits };
    const quotas = new Quotas({ config, access: context.access, metrics: noMetrics }, () => 0);
    const uploads = new Uploads({ ...context, config, quotas }, () => undefined);
    // Those of five minutes may come at once.
    const reasonFor = async (user: string, i: number): Promise<string> =>
      String((await uploads.publish({ ...upload(`sender${i}`), audience: [`${user}@x.test`] })).reason);
    for (let i = 0; i < 5; i++) expect(await reasonFor('alice', i)).toContain('takes no more');
    expect(await reasonFor('alice', 5)).toBe(
      'too many files come for you; the next one is taken in 60 seconds',
    );
    for (let i = 0; i < 5; i++) expect(await reasonFor('bob', i)).toContain('takes no more');
    expect(await reasonFor('carol', 6)).toBe(
      'too many files come for the users of your server; the next one is taken in 30 seconds',
    );
  });

  it('are not taken where there is no place', () => {
    expect(String(new Uploads(servers('off').context, () => undefined).refusal(1))).toBe(
      'there is no place for files here',
    );
  });
});

describe('a slot', () => {
  const slot = (put: string, get = 'https://x.test/a', header = '') =>
    readSlot(
      parseStanza(`<iq><slot xmlns='${NS}'><put url='${put}'>${header}</put><get url='${get}'/></slot></iq>`),
    );

  it('has the headers that XEP-0363 allows, and no line ends in them', () => {
    const headers =
      "<header name='Authorization'>a&#10;b</header><header name='Cookie'>c</header><header name='Host'>evil</header>";
    expect(slot('https://x.test/p', undefined, headers)?.headers).toEqual({
      authorization: 'ab',
      cookie: 'c',
    });
  });

  it.each(['file:///etc/passwd', 'ftp://x.test/', 'https://user:word@x.test/', 'nothing', ''])(
    'at %s is none',
    (url) => {
      expect(slot(url)).toBeUndefined();
      expect(slot('https://x.test/p', url)).toBeUndefined();
    },
  );
});
