import { type Element, StanzaError } from '../../component/stanza.js';
import { NS_SEARCH, readSearch, searchForm, searchResult } from '../../mapping/channel-search.js';
import { Namespace } from '../../mapping/namespaces.js';
import { readPageRequest } from '../../mapping/paging.js';
import type { ChannelDirectory } from '../channels/channel-directory.js';
import { addressedTo, type Feature, type Request } from '../feature.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

/** Finds channels of all networks by words of their names, topics and addresses. */
export function channelSearch({ services }: FeatureParts, directory: ChannelDirectory): Feature {
  async function search({ from }: Request<'gateway'>, child: Element): Promise<Element> {
    if (!child.is('search')) throw new StanzaError('cancel', 'feature-not-implemented');
    const form = child.getChild('x', Namespace.dataForm);
    if (form === undefined) return searchForm();
    if (form.attrs.type !== 'submit') {
      throw new StanzaError(
        'modify',
        'bad-request',
        text(({ commands }) => commands.notSubmitted),
      );
    }
    const page = readPageRequest(child);
    if (page === undefined) {
      throw new StanzaError(
        'modify',
        'bad-request',
        text(({ forms }) => forms.badPageNumber),
      );
    }
    const wanted = readSearch(form);
    const lists = await Promise.allSettled([...services.keys()].map((name) => directory.list(from, name)));
    const known = lists.flatMap((list) => (list.status === 'fulfilled' ? [...list.value.values()] : []));
    const [first] = lists;
    // A network that does not answer hides no other one.
    if (first?.status === 'rejected' && lists.every(({ status }) => status === 'rejected'))
      throw first.reason;
    return searchResult(known, wanted, page);
  }

  return {
    name: 'search of channels',
    specs: [
      {
        xep: 433,
        title: 'Extended Channel Search',
        version: '0.1.0',
        date: '2020-02-27',
        status: 'partial',
        part: 'by words, the number of users, and all; of all networks',
        leftOut: 'limits of the rate, and the language of channels',
        namespaces: [NS_SEARCH],
      },
    ],
    disco: { gateway: [NS_SEARCH] },
    iq: [{ type: 'get', xmlns: NS_SEARCH, ...addressedTo(['gateway'], search) }],
  };
}
