import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** Software version (XEP-0092). The operating system is not told: it helps nobody but an attacker (7). */
export function versionQuery(name: string, version: string): Element {
  return xml('query', { xmlns: Namespace.version }, xml('name', {}, name), xml('version', {}, version));
}
