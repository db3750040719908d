import { StanzaError, xml } from '../../../component/stanza.js';
import {
  maxFileSize,
  NS_UPLOAD,
  readSlot,
  slotRequest,
  type UploadSlot,
} from '../../../mapping/mime/upload-slot.js';
import { Namespace } from '../../../mapping/namespaces.js';
import { monotonicMs } from '../../../util/clock.js';
import { LruMap } from '../../../util/lru-map.js';
import type { GatewayContext } from '../../context.js';
import { UploadError } from './upload-error.js';
import { text } from '../../../text/text.js';

const ANSWER_MS = 10_000;
/** How long it is taken as true what a server offers, that it offers nothing, and that a service refuses. */
const [OFFERED_MS, NOTHING_MS] = [3_600_000, 600_000];
/** Domains that are remembered, items of one that are looked at, and domains that are asked for one file. */
const [MAX_DOMAINS, MAX_ITEMS, MAX_ASKED] = [1_000, 20, 3];

interface Service {
  readonly jid: string;
  readonly maxOctets: number | undefined;
  readonly isTrusted: boolean;
}

/** A slot, and how far the service is trusted that gave it. */
export interface GivenSlot extends UploadSlot {
  readonly isTrusted: boolean;
}

/** Finds upload services, and asks them for slots: the configured one, or those that the servers of the users offer. */
export class UploadServices {
  readonly #context: GatewayContext;
  readonly #offers = new LruMap<string, { readonly services: Promise<readonly Service[]>; until: number }>(
    MAX_DOMAINS,
  );
  /** Services that refuse, and until when they are not asked. */
  readonly #refusing = new LruMap<string, number>(MAX_DOMAINS);

  constructor(context: GatewayContext) {
    this.#context = context;
  }

  /**
   * @param audience - bare JIDs of those who get the file
   * @throws UploadError where no service takes it
   */
  async slot(
    file: { readonly name: string; readonly octets: number; readonly type: string },
    audience: readonly string[],
  ): Promise<GivenSlot> {
    let failure = new UploadError(text(({ files }) => files.noService));
    for (const service of await this.#services(audience)) {
      if (monotonicMs() < (this.#refusing.get(service.jid) ?? 0)) {
        failure = new UploadError(text(({ files }) => files.serviceRefuses));
        continue;
      }
      if (service.maxOctets !== undefined && file.octets > service.maxOctets) {
        failure = new UploadError(text(({ files }) => files.tooLargeForService));
        continue;
      }
      try {
        return { ...(await this.#ask(service.jid, file)), isTrusted: service.isTrusted };
      } catch (error) {
        failure = failureOf(error);
        this.#context.log.debug({ service: service.jid, err: error }, 'an upload service gave no slot');
        if (failure.isRefusal) this.#refusing.set(service.jid, monotonicMs() + NOTHING_MS);
      }
    }
    throw failure;
  }

  async #ask(
    service: string,
    file: { readonly name: string; readonly octets: number; readonly type: string },
  ): Promise<UploadSlot> {
    const iq = xml('iq', { type: 'get', from: this.#context.domain, to: service }, slotRequest(file));
    const slot = readSlot(await this.#context.request(iq, ANSWER_MS));
    if (slot === undefined) throw new UploadError(text(({ files }) => files.noUsablePlace));
    return slot;
  }

  async #services(audience: readonly string[]): Promise<readonly Service[]> {
    const { upload } = this.#context.config.files;
    if (upload === 'off') return [];
    if (upload !== 'auto') return [{ jid: upload, maxOctets: undefined, isTrusted: true }];
    const domains = [...new Set(audience.map((user) => user.slice(user.indexOf('@') + 1)))];
    const found = await Promise.all(domains.slice(0, MAX_ASKED).map((domain) => this.#offeredBy(domain)));
    return found.flat();
  }

  #offeredBy(domain: string): Promise<readonly Service[]> {
    const known = this.#offers.get(domain);
    if (known !== undefined && monotonicMs() < known.until) return known.services;
    const services = this.#discover(domain).catch((error: unknown) => {
      this.#context.log.debug({ domain, err: error }, 'a server does not tell what it offers');
      return [];
    });
    const entry = { services, until: monotonicMs() + OFFERED_MS };
    this.#offers.set(domain, entry);
    void services.then(({ length }) => {
      if (length === 0) entry.until = monotonicMs() + NOTHING_MS;
    });
    return services;
  }

  /** XEP-0363, 4: an item of the user's server, or that itself. */
  async #discover(domain: string): Promise<readonly Service[]> {
    const query = (to: string, xmlns: string) =>
      this.#context.request(
        xml('iq', { type: 'get', from: this.#context.domain, to }, xml('query', { xmlns })),
        ANSWER_MS,
      );
    const items = (await query(domain, Namespace.discoItems)).getChild('query')?.getChildren('item') ?? [];
    const jids = items.flatMap(({ attrs }) => attrs.jid ?? []).filter((jid) => !jid.includes('@'));
    const isTrusted = this.#context.access.isNamed(domain);
    const answers = await Promise.allSettled(
      [domain, ...jids.slice(0, MAX_ITEMS)].map(async (jid): Promise<Service | undefined> => {
        const info = (await query(jid, Namespace.discoInfo)).getChild('query', Namespace.discoInfo);
        const offers = info?.getChildren('feature').some(({ attrs }) => attrs.var === NS_UPLOAD) === true;
        return info !== undefined && offers ? { jid, maxOctets: maxFileSize(info), isTrusted } : undefined;
      }),
    );
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value ?? []) : []));
  }
}

function failureOf(error: unknown): UploadError {
  if (error instanceof UploadError) return error;
  if (!(error instanceof StanzaError)) {
    return new UploadError(
      text(({ files }) => files.serviceSilent),
      { cause: error },
    );
  }
  switch (error.condition) {
    case 'not-acceptable':
      return new UploadError(
        text(({ files }) => files.notTaken),
        {
          cause: error,
        },
      );
    case 'resource-constraint':
      return new UploadError(
        text(({ files }) => files.serviceFull),
        { cause: error },
      );
    case 'forbidden':
    case 'not-allowed':
    case 'not-authorized':
    case 'service-unavailable':
    case 'feature-not-implemented':
      return new UploadError(
        text(({ files }) => files.serviceRefuses),
        {
          cause: error,
          isRefusal: true,
        },
      );
    default:
      return new UploadError(
        text(({ files }) => files.serviceGone),
        { cause: error },
      );
  }
}
