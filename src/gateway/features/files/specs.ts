import { NS_BOB } from '../../../mapping/mime/bits-of-binary.js';
import { NS_XHTML_IM } from '../../../mapping/mime/xhtml.js';
import type { Spec } from '../../spec.js';

/** What files and marked up text follow. */
export const filesSpecs: readonly Spec[] = [
  {
    xep: 71,
    title: 'XHTML-IM',
    version: '1.5.4',
    date: '2018-03-08',
    status: 'partial',
    part: 'HTML of SILC users, as far as the recommended profile goes, always with a plain text',
    leftOut:
      'margins, font sizes in numbers, pictures from elsewhere (they become links); of Jabber users the plain text goes to SILC',
    namespaces: [NS_XHTML_IM],
  },
  {
    xep: 231,
    title: 'Bits of Binary',
    version: '1.1',
    date: '2022-07-25',
    status: 'partial',
    part: 'pictures of SILC users up to 8 KiB',
    leftOut: 'data from Jabber users',
    namespaces: [NS_BOB],
  },
];
