import { NS_BOB } from '../../../mapping/mime/bits-of-binary.js';
import { NS_HASHES, NS_METADATA, NS_OOB, NS_SFS, NS_SIMS } from '../../../mapping/mime/file-payload.js';
import { NS_UPLOAD } from '../../../mapping/mime/upload-slot.js';
import { NS_XHTML_IM } from '../../../mapping/mime/xhtml.js';
import type { Spec } from '../../spec.js';

/** What files and marked up text follow. */
export const filesSpecs: readonly Spec[] = [
  {
    xep: 66,
    title: 'Out of Band Data',
    version: '1.5',
    date: '2006-08-16',
    status: 'partial',
    part: 'links in messages, both ways',
    leftOut: 'iqs',
    namespaces: [NS_OOB],
  },
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
  {
    xep: 363,
    title: 'HTTP File Upload',
    version: '1.2.0',
    date: '2025-06-17',
    status: 'partial',
    part: "as a client: files of SILC users go to a configured service or to those of the users' servers",
    leftOut: 'purposes of files',
    namespaces: [NS_UPLOAD],
  },
  {
    xep: 447,
    title: 'Stateless file sharing',
    version: '0.3.1',
    date: '2024-01-01',
    status: 'partial',
    part: 'files of SILC users with name, type, size and hash; to SILC goes the link and, as user and operator want, the picture or an offer of the file',
    leftOut: 'further sources, thumbnails',
    namespaces: [NS_SFS],
  },
  {
    xep: 446,
    title: 'File metadata element',
    version: '0.2.0',
    date: '2022-07-17',
    status: 'partial',
    leftOut: 'dates, descriptions, measures of pictures, thumbnails',
    namespaces: [NS_METADATA],
  },
  {
    xep: 385,
    title: 'Stateless Inline Media Sharing (SIMS)',
    version: '0.2.1',
    date: '2018-01-25',
    status: 'partial',
    part: 'beside XEP-0447, for clients that know only this one',
    leftOut: 'thumbnails, other sources than HTTP',
    namespaces: [NS_SIMS],
  },
  {
    xep: 300,
    title: 'Use of Cryptographic Hash Functions in XMPP',
    version: '1.0.0',
    date: '2019-11-13',
    status: 'partial',
    part: 'SHA-256 of files',
    leftOut: 'other algorithms',
    namespaces: [NS_HASHES],
  },
];
