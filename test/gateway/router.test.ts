import { getMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Element, StanzaError, xml } from '../../src/component/stanza.js';
import type { Feature, IqRoute, Request } from '../../src/gateway/feature.js';
import type { PendingLimits } from '../../src/gateway/pending-requests.js';
import { Router } from '../../src/gateway/router.js';
import type { SessionRegistry } from '../../src/gateway/sessions/session-registry.js';
import { SilcCommandError } from '../../src/silc/errors.js';
import { Status } from '../../src/silc/status.js';
import { parseStanza } from '../support/xmpp/canonical.js';
import { routerContext } from './support/router-context.js';
import { outlines } from './support/world.js';

const ALICE = 'alice@example/r';
const query = (id: string, from = ALICE, to = 'gw'): string =>
  `<iq type='get' id='${id}' from='${from}' to='${to}'><q xmlns='q'/></iq>`;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp(features: readonly Feature[], limits: Partial<PendingLimits> = {}) {
  const sent: Element[] = [];
  const logged: object[] = [];
  const context = routerContext('gw', (stanza) => void sent.push(stanza), logged);
  const router = new Router(context, {} as unknown as SessionRegistry, features, limits);
  return {
    router,
    logged,
    /** What was sent when everything that waits for no clock was done. */
    receive: async (...texts: readonly string[]): Promise<Element[]> => {
      for (const text of texts) void router.receive(parseStanza(text));
      await vi.advanceTimersByTimeAsync(0);
      return sent.splice(0);
    },
    wait: async (ms: number): Promise<Element[]> => {
      await vi.advanceTimersByTimeAsync(ms);
      return sent.splice(0);
    },
  };
}

const answering = (handle: (request: Request) => ReturnType<IqRoute['handle']>): Feature => ({
  name: 'test',
  specs: [],
  iq: [{ type: 'get', xmlns: 'q', to: ['gateway', 'channel', 'user'], handle }],
});
const never = answering(() => new Promise(() => {}));

it('as many messages and presences as may be are carried out at once: nothing is a leak of listeners', async () => {
  const signals = new Set<AbortSignal>();
  const taking: Feature = {
    name: 'test',
    specs: [],
    presence: [{ to: ['gateway'], handle: ({ signal }) => void signals.add(signal) }],
  };
  const { receive } = setUp([taking]);
  await receive(`<presence from='${ALICE}' to='gw'/>`, `<presence from='${ALICE}' to='gw'/>`);
  expect([...signals].map((signal) => getMaxListeners(signal))).toEqual([Number.POSITIVE_INFINITY]);
});

describe('requests', () => {
  it('have the child of the result from the handler, and are answered once', async () => {
    const { receive, wait, router } = setUp([answering(() => xml('q', { xmlns: 'q', n: 1 }))]);
    const [result, ...others] = await receive(query('1'));
    expect(result?.attrs).toMatchObject({ type: 'result', id: '1', from: 'gw', to: ALICE });
    expect(result?.getChild('q')?.attrs.n).toBe('1');
    expect(others).toEqual([]);
    expect(router.pending).toBe(0);
    expect(await wait(5_000)).toEqual([]);
  });

  it('are answered from the canonical address, however the client wrote it', async () => {
    const { receive } = setUp([answering(() => undefined)]);
    expect(outlines(await receive(query('1', ALICE, 'ROOM@GW')))).toEqual([`iq result room@gw>${ALICE}`]);
  });

  it('without a child, with two, or of an unknown type get bad-request; without an id nothing', async () => {
    const { receive } = setUp([answering(() => expect.unreachable())]);
    const iq = (attrs: string, inner: string) => `<iq ${attrs} from='${ALICE}' to='gw'>${inner}</iq>`;
    for (const [type, inner] of [
      ['get', ''],
      ['set', "<a xmlns='q'/><b/>"],
      ['push', "<q xmlns='q'/>"],
    ] as const) {
      const answers = outlines(await receive(iq(`id='1' type='${type}'`, inner)));
      expect(answers).toEqual([`iq error gw>${ALICE} modify/bad-request`]);
    }
    expect(await receive(iq("type='get'", "<q xmlns='q'/>"), iq("type='get' id=''", ''))).toEqual([]);
  });

  it('that are answers to nothing get none, nor does what has no addresses', async () => {
    const { receive } = setUp([answering(() => expect.unreachable())]);
    const answers = await receive(
      `<iq type='error' id='e' from='${ALICE}' to='gw'/>`,
      `<iq type='result' id='r' from='${ALICE}' to='gw'><q xmlns='q'/></iq>`,
      "<iq type='get' id='1' to='gw'><q xmlns='q'/></iq>",
      `<iq type='get' id='1' from='${ALICE}'><q xmlns='q'/></iq>`,
      "<iq type='get' id='1' from='@@' to='gw'><q xmlns='q'/></iq>",
    );
    expect(answers).toEqual([]);
  });

  it('that nobody knows are refused as by a service, or as by a client', async () => {
    const { receive } = setUp([]);
    expect(outlines(await receive(query('1')))).toEqual([
      `iq error gw>${ALICE} cancel/feature-not-implemented`,
    ]);
    expect(outlines(await receive(query('1', ALICE, 'bob!@gw')))).toEqual([
      `iq error bob!@gw>${ALICE} cancel/service-unavailable`,
    ]);
  });

  it('that were not answered in time get remote-server-timeout, each at its own deadline; a late answer is dropped', async () => {
    const ends: ((child: undefined) => void)[] = [];
    const signals: AbortSignal[] = [];
    const { receive, wait, router } = setUp([
      answering(({ signal }) => {
        signals.push(signal);
        return new Promise((resolve) => ends.push(resolve));
      }),
    ]);
    await receive(query('1'));
    expect(await wait(600)).toEqual([]);
    await receive(query('2'));
    const [first, ...none] = await wait(400);
    expect(first?.attrs.id).toBe('1');
    expect(outlines(first === undefined ? [] : [first])).toEqual([
      `iq error gw>${ALICE} wait/remote-server-timeout`,
    ]);
    expect(none).toEqual([]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    for (const end of ends) end(undefined);
    expect((await wait(5_000)).map(({ attrs }) => `${attrs.type ?? ''} ${attrs.id ?? ''}`)).toEqual([
      'result 2',
    ]);
    expect(router.pending).toBe(0);
  });

  it('are bounded in number; the same one again counts, for it is work again', async () => {
    // One domain has as many as are left for others.
    const { receive } = setUp([never], { requests: 4 });
    expect(await receive(query('1'), query('1'))).toEqual([]);
    expect(outlines(await receive(query('2', 'bob@example/r')))).toEqual([
      'iq error gw>bob@example/r wait/resource-constraint',
    ]);
  });

  it('of one user take no room of others, from whichever client', async () => {
    const ends: (() => void)[] = [];
    const { receive, wait } = setUp(
      [answering(() => new Promise((resolve) => ends.push(() => resolve(undefined))))],
      { requests: 10, requestsPerUser: 2 },
    );
    expect(await receive(query('1', 'mallory@example/1'), query('2', 'Mallory@Example/2'))).toEqual([]);
    expect(outlines(await receive(query('3', 'mallory@example/3')))).toEqual([
      'iq error gw>mallory@example/3 wait/resource-constraint',
    ]);
    expect(await receive(query('1', ALICE))).toEqual([]);
    ends[0]?.();
    expect((await wait(0)).map(({ attrs }) => attrs.id)).toEqual(['1']);
    expect(await receive(query('3', 'mallory@example/3'))).toEqual([]);
    await wait(1_000);
    expect(await receive(query('4', 'mallory@example/1'), query('5', 'mallory@example/1'))).toEqual([]);
  });

  it('that are open when the gateway stops are told so, and so are later ones', async () => {
    const { receive, wait, router } = setUp([never]);
    await receive(query('1'));
    router.stop();
    expect(outlines(await wait(0))).toEqual([`iq error gw>${ALICE} wait/service-unavailable`]);
    expect(outlines(await receive(query('2')))).toEqual([`iq error gw>${ALICE} wait/service-unavailable`]);
    expect(router.pending).toBe(0);
  });

  it('have one feature each', () => {
    const twice = answering(() => undefined);
    expect(() => setUp([twice, twice])).toThrow('two features answer get gateway q');
  });
});

describe('the error boundary', () => {
  it('answers what a handler refuses, thrown or rejected, with all of it', async () => {
    const refusal = new StanzaError('modify', 'redirect', 'there', { address: 'xmpp:there@gw', by: 'gw' });
    for (const handle of [
      () => {
        throw refusal;
      },
      () => Promise.reject(refusal),
    ]) {
      const { receive, logged } = setUp([answering(handle)]);
      const [answer] = await receive(query('1'));
      const error = answer?.getChild('error');
      expect(error?.attrs).toEqual({ type: 'modify', by: 'gw' });
      expect(error?.getChildText('redirect')).toBe('xmpp:there@gw');
      expect(error?.getChildText('text')).toBe('there');
      expect(logged).toEqual([]);
    }
  });

  it('answers an internal error without a word of it, logs it with the sender, and goes on', async () => {
    const bug = new Error('secret');
    const { receive, logged } = setUp([
      answering(({ to }) => {
        if (to.kind === 'gateway') throw bug;
        return undefined;
      }),
    ]);
    const [answer] = await receive(query('1'));
    expect(outlines(answer === undefined ? [] : [answer])).toEqual([
      `iq error gw>${ALICE} cancel/internal-server-error`,
    ]);
    expect(answer?.toString()).not.toContain('secret');
    expect(logged).toEqual([{ err: bug, stanza: 'iq', from: ALICE }]);
    expect(outlines(await receive(query('2', ALICE, 'room@gw')))).toEqual([`iq result room@gw>${ALICE}`]);
  });

  it('tells a refusal by SILC in the words of the route', async () => {
    const refused = new SilcCommandError(14, Status.permDenied, 'no');
    const handle = () => {
      throw refused;
    };
    const { receive } = setUp([
      {
        name: 'test',
        specs: [],
        iq: [
          { type: 'get', xmlns: 'q', to: ['gateway'], handle },
          { type: 'get', xmlns: 'q', to: ['channel'], errors: 'join', handle },
        ],
      },
    ]);
    expect(outlines(await receive(query('1'), query('2', ALICE, 'room@gw')))).toEqual([
      `iq error gw>${ALICE} auth/forbidden`,
      `iq error room@gw>${ALICE} auth/not-authorized`,
    ]);
  });

  it('answers presence without a type by an error and a subscription by presence, and no other presence', async () => {
    const types = ['available', 'unavailable', 'error', 'probe', 'subscribe', 'unsubscribe'] as const;
    const handle = (): never => {
      throw new StanzaError('cancel', 'not-allowed');
    };
    const { receive } = setUp([{ name: 'test', specs: [], presence: [{ types, to: ['gateway'], handle }] }]);
    const presence = (type: string, to = 'gw', from = ALICE): string =>
      `<presence from='${from}' to='${to}' ${type === '' ? '' : `type='${type}'`}/>`;
    expect(outlines(await receive(presence('')))).toEqual([`presence error gw>${ALICE} cancel/not-allowed`]);
    expect(outlines(await receive(presence('subscribe')))).toEqual([
      'presence unsubscribed gw>alice@example',
    ]);
    for (const type of ['unavailable', 'error', 'probe', 'unsubscribe', 'subscribed', 'odd']) {
      expect(await receive(presence(type))).toEqual([]);
    }
    // Whoever may not use the gateway, or means an address that cannot be, is told so in the same way.
    expect(outlines(await receive(presence('subscribe', 'gw', 'a@evil.example/r')))).toEqual([
      'presence unsubscribed gw>a@evil.example',
    ]);
    expect(outlines(await receive(presence('subscribe', 'bob!nowhere@gw')))).toEqual([
      'presence unsubscribed bob!nowhere@gw>alice@example',
    ]);
    expect(outlines(await receive(presence('', 'gw', 'a@evil.example/r')))).toEqual([
      'presence error gw>a@evil.example/r auth/forbidden',
    ]);
    expect(await receive(presence('unavailable', 'bob!nowhere@gw'))).toEqual([]);
  });

  it('never answers an error', async () => {
    const handle = (): never => {
      throw new StanzaError('cancel', 'not-allowed');
    };
    const { receive } = setUp([
      { name: 'test', specs: [], message: [{ types: ['error'], to: ['gateway'], handle }] },
    ]);
    expect(await receive(`<message from='${ALICE}' to='gw' type='error'/>`)).toEqual([]);
  });
});

describe('messages', () => {
  it('go to the first route that fits by kind of address, type, namespace and content', async () => {
    const taken: string[] = [];
    const route = (name: string) => ({ to: ['gateway'] as const, handle: () => void taken.push(name) });
    const { receive } = setUp([
      {
        name: 'test',
        specs: [],
        message: [
          { ...route('error'), types: ['error'] },
          { ...route('chat'), types: ['chat'] },
          { ...route('marked'), xmlns: 'urn:mark' },
          { ...route('long'), matches: ({ stanza }) => (stanza.getChildText('body') ?? '').length > 3 },
          route('any'),
        ],
      },
    ]);
    const message = (attrs: string, inner: string): string =>
      `<message from='${ALICE}' ${attrs}>${inner}</message>`;
    await receive(
      message("to='gw' type='error'", ''),
      message("to='gw' type='chat'", "<x xmlns='urn:mark'/>"),
      message("to='gw'", "<x xmlns='urn:mark'/>"),
      message("to='gw'", '<body>long</body>'),
      message("to='gw'", ''),
      message("to='room@gw'", ''),
    );
    expect(taken).toEqual(['error', 'chat', 'marked', 'long', 'any']);
  });
});
