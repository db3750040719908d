import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';

/** Field of a form, by which a user says whether to stay in a room without a client. */
export const STAY_FIELD = 'silc#stay';

/** The form of a user in a room. */
export function stayForm(room: string, isWanted: boolean): Element {
  return xml(
    'x',
    { xmlns: Namespace.dataForm, type: 'form' },
    xml('title', {}, `Staying in ${room}`),
    xml(
      'instructions',
      {},
      'Who stays is in the room without a client, too: the room has the history, lines with the own nickname and private messages wait for the next login.',
    ),
    xml(
      'field',
      { var: STAY_FIELD, type: 'boolean', label: 'Stay when my last client leaves' },
      xml('value', {}, isWanted ? '1' : '0'),
    ),
  );
}

/** @returns undefined where the form does not say it */
export function readStay(fields: ReadonlyMap<string, string>): boolean | undefined {
  const value = fields.get(STAY_FIELD)?.trim();
  if (value === '1' || value === 'true') return true;
  return value === '0' || value === 'false' ? false : undefined;
}
