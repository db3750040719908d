import { NS_BOB } from '../../../mapping/mime/bits-of-binary.js';
import { NS_XHTML_IM } from '../../../mapping/mime/xhtml.js';
import { addressedTo, type Feature } from '../../feature.js';
import type { FeatureParts } from '../parts.js';
import { BitsShelf } from './bits-shelf.js';
import { filesSpecs } from './specs.js';

const NO_PLACE = 'there is no place for files here';

/** Files and pictures of SILC users. */
export function files({ context }: FeatureParts): Feature {
  const shelf = new BitsShelf(context.backend);
  return {
    name: 'files from SILC',
    specs: filesSpecs,
    disco: {
      gateway: [NS_BOB],
      channel: [NS_XHTML_IM, NS_BOB],
      occupant: [NS_XHTML_IM, NS_BOB],
      user: [NS_XHTML_IM, NS_BOB],
    },
    extensions: [NS_XHTML_IM],
    iq: [
      {
        type: 'get',
        xmlns: NS_BOB,
        ...addressedTo(['gateway', 'channel', 'occupant', 'user'], (_, child) => {
          return shelf.get(child.attrs.cid);
        }),
      },
    ],
    files: {
      publish: (file) => {
        const bits = shelf.put(file);
        return bits === undefined ? { reason: NO_PLACE } : { bits };
      },
    },
  };
}
