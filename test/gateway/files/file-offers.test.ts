import { expect, it } from 'vitest';
import { type Element, StanzaError } from '../../../src/component/stanza.js';
import type { GatewayContext } from '../../../src/gateway/context.js';
import { type FileAddressee, FileOffers } from '../../../src/gateway/features/files/file-offers.js';
import type { OpenLink } from '../../../src/gateway/features/files/http-get.js';
import type { FileTransfers } from '../../../src/silc/transfer/file-transfers.js';
import { SilcTransferError } from '../../../src/silc/transfer/errors.js';
import type { FileSource, TransferEvent } from '../../../src/silc/transfer/types.js';
import { watchedLog } from '../../support/secrets/log.js';

const FILE = { url: new URL('https://files.test/a%20cat.png'), name: undefined, octets: undefined };

interface Offered {
  readonly source: FileSource;
  tell(event: TransferEvent): void;
  end(error?: SilcTransferError): void;
}

/** Offers of one user; transfers are played by the test. */
function offering(size: number | 'unknown' = 5_000, changes: Readonly<Record<string, unknown>> = {}) {
  const [told, toSilc]: [string[], string[]] = [[], []];
  const offered: Offered[] = [];
  const seen = { opened: 0, closed: 0 };
  const open: OpenLink = () => {
    seen.opened++;
    const close = (): void => {
      seen.closed++;
    };
    return Promise.resolve({
      type: 'image/png',
      octets: size === 'unknown' ? undefined : size,
      content: (async function* () {})(),
      close,
    });
  };
  const transfers = {
    transfers: [] as object[],
    offer: (_to: string, source: FileSource) => {
      let tell: Offered['tell'] = () => undefined;
      let end: Offered['end'] = () => undefined;
      const done = new Promise<void>((resolve, reject) => {
        end = (error) => (error === undefined ? resolve() : reject(error));
      });
      offered.push({ source, tell: (event) => tell(event), end: (error) => end(error) });
      const transfer = { direction: 'send', size: source.size, done };
      return { ...transfer, subscribe: (listener: Offered['tell']) => (tell = listener) };
    },
  };
  const context = {
    config: { files: { max_octets: 4 << 20, transfers: { offer: true }, ...changes } },
    log: watchedLog(),
  } as unknown as GatewayContext;
  const offers = new FileOffers(
    context,
    { of: () => Promise.resolve(transfers as unknown as FileTransfers) },
    open,
  );
  const addressee = (user = 'alice@jabber.test') =>
    ({
      session: {
        ...{ user, network: { name: 'silcnet' } },
        direct: { tell: (_to: object, [body]: readonly Element[]) => told.push(body?.toString() ?? '') },
      },
      silc: {
        self: { nickname: 'alice' },
        tell: (_to: string, said: string) => Promise.resolve(toSilc.push(said)),
      },
      to: { clientId: 'bob' },
    }) as unknown as FileAddressee;
  return { offers, addressee, told, toSilc, offered, transfers, seen };
}

const refusalOf = async (offer: Promise<unknown>): Promise<string> => {
  const error: unknown = await offer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof StanzaError ? String(error.anyText) : `no refusal: ${String(error)}`;
};

it('offers a file by its name, and tells how it goes on', async () => {
  const { offers, addressee, told, toSilc, offered, seen } = offering(2 << 20);
  expect(String(await offers.offer(addressee(), FILE))).toBe('a cat.png (image/png, 2.0 MiB)');
  expect(toSilc).toEqual([expect.stringContaining('a cat.png (image/png, 2.0 MiB) is offered to you')]);
  // Only its size was asked for.
  expect(seen).toEqual({ opened: 1, closed: 1 });
  const [one] = offered;
  expect(one?.source).toMatchObject({ name: 'a cat.png', size: 2 << 20 });
  one?.tell({ type: 'state', state: 'transferring' });
  one?.end();
  await new Promise(setImmediate);
  expect(told.map((line) => /2\.0 MiB\) (.*?)[:\]]/.exec(line)?.[1])).toEqual([
    'is offered',
    'is on its way to its receiver',
    'has arrived',
  ]);
});

it.each([
  ['not-answered', 'nobody has taken it'],
  ['peer-aborted', 'its receiver has ended it'],
  ['timeout', 'it took too long'],
  ['source', 'its web server did not give all of it'],
] as const)('tells why a file has not arrived: %s', async (reason, words) => {
  const { offers, addressee, told, offered } = offering();
  await offers.offer(addressee(), FILE);
  offered[0]?.end(new SilcTransferError(reason, 'x'));
  await new Promise(setImmediate);
  expect(told.at(-1)).toContain(`has not arrived as a file, the link has been sent: ${words}]`);
});

it('offers nothing that is too large, has no size, or cannot be fetched', async () => {
  const none = offering(5_000_000);
  expect(await refusalOf(none.offers.offer(none.addressee(), FILE))).toBe(
    'files up to 4.0 MiB are passed on',
  );
  const unsized = offering('unknown');
  expect(await refusalOf(unsized.offers.offer(unsized.addressee(), FILE))).toBe('its size is not known');
  expect([...none.offered, ...unsized.offered]).toEqual([]);
  const off = offering(1, { transfers: { offer: false } });
  expect(await refusalOf(off.offers.offer(off.addressee(), FILE))).toContain('not offered');
  expect(off.seen.opened).toBe(0);
});

it('bounds how many one user offers, one session has, and all have together', async () => {
  const { offers, addressee, transfers, offered } = offering();
  for (let i = 0; i < 5; i++) await offers.offer(addressee(), FILE);
  expect(await refusalOf(offers.offer(addressee(), FILE))).toBe('you send too many files');
  const many = 'too many files are offered at the moment';
  transfers.transfers = Array.from({ length: 4 }, () => ({ direction: 'send' }));
  expect(await refusalOf(offers.offer(addressee('carol@jabber.test'), FILE))).toBe(many);
  transfers.transfers = [];
  for (let i = 5; i < 32; i++) await offers.offer(addressee(`user${i}@jabber.test`), FILE);
  expect(await refusalOf(offers.offer(addressee('dave@jabber.test'), FILE))).toBe(many);
  // One that is over makes room.
  offered[0]?.end();
  await new Promise(setImmediate);
  await offers.offer(addressee('dave@jabber.test'), FILE);
});
