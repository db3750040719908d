import { runner as attributes } from './attributes.js';
import { runner as crypto } from './crypto.js';
import { runner as identifiers } from './identifiers.js';
import { runner as ids } from './ids.js';
import { runner as messages } from './messages.js';
import { runner as packets } from './packets.js';
import { runner as payloads } from './payloads.js';
import { runner as privatekey } from './privatekey.js';
import { runner as publickey } from './publickey.js';
import { runner as signatures } from './signatures.js';
import { runner as ske } from './ske.js';
import { runner as transcripts } from './transcripts.js';
import type { VectorRunner } from './types.js';

/** Who checks which file, by its name without `.json`. */
export const runners: Readonly<Record<string, VectorRunner>> = {
  attributes,
  crypto,
  identifiers,
  ids,
  messages,
  packets,
  payloads,
  privatekey,
  publickey,
  signatures,
  ske,
  transcripts,
};
